-- The file of a job that has ended can be deleted before the job is: whoever may send such files makes
-- room by that where the files of the tenant take all that they may (stored_mb_tenant).
ALTER TABLE job ADD files_deleted_by text;
COMMENT ON COLUMN job.files_deleted_by IS 'who deleted its upload, and with it what is made of that';
GRANT UPDATE (files_deleted_by) ON job TO rollcall_web;

GRANT CREATE ON SCHEMA public TO rollcall_signin;
CREATE POLICY forget ON job_chunk FOR DELETE TO rollcall_signin USING (true);
GRANT DELETE ON job_chunk TO rollcall_signin;

-- The web cannot see an upload as it was sent, so this deletes it with the rights of its owner.
CREATE FUNCTION job_files_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	IF NEW.files_deleted_by IS NULL OR OLD.files_deleted_by IS NOT NULL OR OLD.ended_at IS NULL THEN
		RAISE 'job % has not ended, or its files are deleted already', OLD.id;
	END IF;
	DELETE FROM job_chunk WHERE job_id = OLD.id;
	NEW.kept_as_sent := false;
	RETURN NEW;
END
$$;
ALTER FUNCTION job_files_deleted() OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION job_files_deleted() FROM PUBLIC;
CREATE TRIGGER job_files_deleted BEFORE UPDATE OF files_deleted_by ON job FOR EACH ROW
	EXECUTE FUNCTION job_files_deleted();

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;

-- files: what was sent is still stored, in one form or the other.
CREATE OR REPLACE VIEW job_summary WITH (security_invoker = true) AS
	SELECT job.id, job.tenant_id, tenant.name AS tenant_name, admin_name, kind, file_name, state, phase,
		bytes, raw, dry_run, applied_by, cancelled_by, plan, plan_digest, plan_changed, kept_as_sent,
		turn, queued_at,
		done, total, percent, attempt - attempts_before AS attempt, rows, errors, warnings, counts,
		to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
		to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
		to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ended_at,
		extract(epoch FROM coalesce(ended_at, clock_timestamp()) - started_at) AS seconds,
		extract(epoch FROM expected_at - clock_timestamp()) AS remaining,
		options, files_deleted_by,
		bytes > 0 AND (ended_at IS NULL OR kept_as_sent OR EXISTS (SELECT FROM job_chunk c
			WHERE c.job_id = job.id AND c.kind = 'masked' AND c.seq = 0)) AS files
	FROM job LEFT JOIN tenant ON tenant.id = job.tenant_id;
