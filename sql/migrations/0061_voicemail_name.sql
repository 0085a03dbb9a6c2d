-- A voicemail that nobody has gets its name in the browser too.
GRANT UPDATE (name) ON voicemail TO rollcall_web;
