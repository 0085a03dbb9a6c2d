-- What the history of a user and of a day reads beside job_row_change.

-- An import's users, found by one of them.  An import makes them with ids side by side.
CREATE FUNCTION lowest(ids bigint[]) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT min(id) FROM unnest(ids) AS id $$;
CREATE FUNCTION highest(ids bigint[]) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT max(id) FROM unnest(ids) AS id $$;
ALTER TABLE job_made
	ADD low bigint NOT NULL GENERATED ALWAYS AS (lowest(ids)) STORED,
	ADD high bigint NOT NULL GENERATED ALWAYS AS (highest(ids)) STORED;
CREATE INDEX job_made_users ON job_made (tenant_id, low, high) WHERE relation = 'users';
CREATE POLICY scope ON job_made FOR SELECT TO rollcall_web USING (tenant_id = ANY ((SELECT scope())::int[]));
GRANT SELECT ON job_made TO rollcall_web;

-- A number that passes to a user stands in the row of whom it was; a user who is gone is
-- found by the uuid.
CREATE INDEX job_row_change_incall ON job_row_change (tenant_id, (new -> 'user_id'))
	WHERE relation = 'incall' AND how = 'update' AND new ? 'user_id';
CREATE INDEX job_row_change_extension ON job_row_change (tenant_id, (new -> 'line_id'))
	WHERE relation = 'extension' AND how = 'update' AND new ? 'line_id';
CREATE INDEX job_row_change_gone ON job_row_change (((old -> 'uuid')::uuid))
	WHERE relation = 'users' AND how = 'delete';
CREATE INDEX job_ended ON job (ended_at) WHERE state = 'done';

-- When a job ended, also one over all tenants, which only root sees; days are those of UTC.
GRANT CREATE ON SCHEMA public TO rollcall_names;
GRANT SELECT (id, ended_at, state) ON job TO rollcall_names;
CREATE FUNCTION job_ended(of int) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT ended_at FROM job WHERE id = of AND state = 'done' $$;
CREATE FUNCTION jobs_of_day(day date) RETURNS TABLE (id int, ended_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT id, ended_at FROM job
	WHERE state = 'done' AND ended_at >= day::timestamp AT TIME ZONE 'UTC'
		AND ended_at < (day + 1)::timestamp AT TIME ZONE 'UTC'
$$;
ALTER FUNCTION job_ended(int) OWNER TO rollcall_names;
ALTER FUNCTION jobs_of_day(date) OWNER TO rollcall_names;
REVOKE ALL ON FUNCTION job_ended(int), jobs_of_day(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION job_ended(int), jobs_of_day(date) TO rollcall_web;
REVOKE CREATE ON SCHEMA public FROM rollcall_names;
