-- What somebody asked for beside the file (cgi/users/options.def).
ALTER TABLE job ADD options jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(options) = 'object');
COMMENT ON COLUMN job.options IS 'only what is not the default: {"zeros": "lost"}; of a list an array of texts';

-- An option of the job that the transaction works on; null: it was not said.  In a rule it
-- is written (SELECT job_option('name')), so that it is asked once.
CREATE FUNCTION job_option(name text) RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT options ->> name FROM job WHERE id = job_id() $$;

-- The items of an option that is a list, in their order.
CREATE FUNCTION job_options(name text) RETURNS SETOF text
LANGUAGE sql STABLE
AS $$ SELECT jsonb_array_elements_text(options -> name) FROM job WHERE id = job_id() $$;

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
		options
	FROM job LEFT JOIN tenant ON tenant.id = job.tenant_id;
