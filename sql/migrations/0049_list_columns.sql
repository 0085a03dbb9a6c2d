-- Which columns an administrator wants in his list of users.

-- Their names with a blank between them.  Null: not chosen yet.
ALTER TABLE admin ADD list_columns text CHECK (list_columns ~ '^[a-z_ ]{0,200}$');
GRANT UPDATE (list_columns) ON admin TO rollcall_signin;

GRANT CREATE ON SCHEMA public TO rollcall_signin;

-- Keeps the choice of the session's administrator, where one is wanted, and says what it is.
CREATE FUNCTION session_columns(hash bytea, idle int, lifetime int, wanted text) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH mine AS (
		SELECT a.id, a.list_columns
		FROM session s
		JOIN admin a ON a.id = s.admin_id
		WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now() AND NOT a.disabled
	), changed AS (
		UPDATE admin SET list_columns = wanted
		FROM mine
		WHERE admin.id = mine.id AND wanted IS DISTINCT FROM mine.list_columns AND wanted IS NOT NULL
	)
	SELECT coalesce(wanted, list_columns) FROM mine;
$$;
ALTER FUNCTION session_columns(bytea, int, int, text) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION session_columns(bytea, int, int, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_columns(bytea, int, int, text) TO rollcall_web;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
