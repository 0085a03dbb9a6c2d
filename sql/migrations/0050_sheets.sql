-- A sheet that is printed for a user names the domain that his phone is set up with.
GRANT SELECT (realm) ON telephony TO rollcall_web;
