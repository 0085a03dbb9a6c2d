-- What 0051 says holds for the command line too: PostgreSQL expects a hundred rows of each list of a
-- setup document, and compiled a query over three of them for a second, to read two rows.
ALTER ROLE rollcall_owner SET jit = off;
