-- Where a phone is may be lost with the machine: it registers again.  So a registration
-- waits for no disk, and an import does not wait behind a thousand of them.
ALTER ROLE rollcall_sip SET synchronous_commit = off;
