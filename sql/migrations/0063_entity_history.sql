-- An entity in which nothing is any more goes together with the history of its jobs.
GRANT CREATE ON SCHEMA public TO rollcall_signin;
GRANT DELETE ON job TO rollcall_signin;
CREATE POLICY signin_history ON job FOR DELETE TO rollcall_signin USING (true);
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['job_row', 'job_change', 'job_planned', 'job_row_change', 'job_row_secret', 'job_made'] LOOP
		EXECUTE format('GRANT SELECT (job_id), DELETE ON %I TO rollcall_signin', name);
		EXECUTE format('CREATE POLICY signin_reads ON %I FOR SELECT TO rollcall_signin USING (true)', name);
		EXECUTE format('CREATE POLICY signin_history ON %I FOR DELETE TO rollcall_signin USING (true)', name);
	END LOOP;
END
$$;

-- Deletes the jobs of a tenant that have ended, by root's proof; how many.  What refers to no
-- job (worker.sql has the same list) is deleted by hand.
CREATE FUNCTION tenant_forget(kind text, proof bytea, wanted bigint, forgotten int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	n bigint;
BEGIN
	IF NOT EXISTS (SELECT FROM admin_proved(kind, proof, wanted) who WHERE who.root) THEN
		RAISE insufficient_privilege USING MESSAGE = 'tenants are set up by root';
	END IF;
	WITH old AS (
		DELETE FROM job WHERE tenant_id = forgotten AND ended_at IS NOT NULL RETURNING id
	), rows AS (
		DELETE FROM job_row USING old WHERE job_row.job_id = old.id
	), changes AS (
		DELETE FROM job_change USING old WHERE job_change.job_id = old.id
	), planned AS (
		DELETE FROM job_planned USING old WHERE job_planned.job_id = old.id
	), row_changes AS (
		DELETE FROM job_row_change USING old WHERE job_row_change.job_id = old.id
	), secrets AS (
		DELETE FROM job_row_secret USING old WHERE job_row_secret.job_id = old.id
	), made AS (
		DELETE FROM job_made USING old WHERE job_made.job_id = old.id
	)
	SELECT count(*) INTO n FROM old;
	RETURN n;
END
$$;
ALTER FUNCTION tenant_forget(text, bytea, bigint, int) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION tenant_forget(text, bytea, bigint, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_forget(text, bytea, bigint, int) TO rollcall_web;
REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
