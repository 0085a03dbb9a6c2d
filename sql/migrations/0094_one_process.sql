-- Pages of lists and of the audit are made by one process each.
--
-- To read many texts, or to count many entries, PostgreSQL starts other processes: beside other work that took longer
-- than their share, 0.2 s for 0.02 s of work, and more of the processor in all.  An audit is counted in an index, even where
-- all of its entries are of one tenant.
DO $$ BEGIN EXECUTE format('GRANT rollcall_search, rollcall_signin TO %I', current_user); END $$;
ALTER FUNCTION users_narrowed(jsonb, text, boolean, boolean, bigint, bigint, boolean) SET max_parallel_workers_per_gather = 0;
ALTER FUNCTION session_audit(bytea, int, int, text, text, date, date, int, int) SET max_parallel_workers_per_gather = 0;
ALTER FUNCTION session_audit(bytea, int, int, text, text, date, date, int, int) SET enable_seqscan = off;
ALTER FUNCTION session_audit(bytea, int, int, text, text, date, date, int, int) SET enable_bitmapscan = off;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search, rollcall_signin FROM %I', current_user); END $$;
