-- An update may make and delete users.
ALTER TABLE job ADD deletes boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN job.deletes IS 'whoever sent it may delete users';

-- What a job did with the users of its report.
ALTER TABLE job_row ADD how text CHECK (how IN ('created', 'disabled', 'deleted', 'unchanged')),
	ADD user_name text;
COMMENT ON COLUMN job_row.row_number IS 'below 0: no row of the file names the user';
COMMENT ON COLUMN job_row.how IS 'of an update; null: it changed the user.  Who is unchanged is here where rows name no uuid';
COMMENT ON COLUMN job_row.user_name IS 'of a deleted user';

-- A uuid is one user's over all tenants: who has it is asked as for other names.
GRANT CREATE ON SCHEMA public TO rollcall_names;
GRANT SELECT (uuid) ON users TO rollcall_names;

CREATE FUNCTION taken_uuids(keys uuid[]) RETURNS TABLE (key uuid, user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT uuid, id FROM users WHERE uuid = ANY (keys) $$;

ALTER FUNCTION taken_uuids(uuid[]) OWNER TO rollcall_names;
REVOKE ALL ON FUNCTION taken_uuids(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION taken_uuids(uuid[]) TO rollcall_worker;
REVOKE CREATE ON SCHEMA public FROM rollcall_names;
