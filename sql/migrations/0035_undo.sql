-- What is taken back is no row of a file, and a voicemail is no one user's.
ALTER TABLE job_change ALTER user_uuid DROP NOT NULL;

-- The links' triggers, which delete along, switch joins off for their own plans; a trigger
-- below theirs must not inherit that.
DO $$
BEGIN
	EXECUTE format('GRANT rollcall_links TO %I', current_user);
	ALTER FUNCTION keep_rows() SET enable_hashjoin = on;
	ALTER FUNCTION keep_rows() SET enable_seqscan = on;
	EXECUTE format('REVOKE rollcall_links FROM %I', current_user);
END
$$;
