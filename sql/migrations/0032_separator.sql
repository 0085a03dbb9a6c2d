-- With what an administrator's downloads are separated, as his spreadsheet wants it; and names
-- of things in the normal form NFC, as files have them once they are read.

-- Null: not chosen yet.
ALTER TABLE admin ADD separator text CHECK (separator IN ('comma', 'semicolon', 'tab'));
GRANT UPDATE (separator) ON admin TO rollcall_signin;

GRANT CREATE ON SCHEMA public TO rollcall_signin;

-- Keeps the choice of the session's administrator, where one is wanted, and says what it is.
CREATE FUNCTION session_separator(hash bytea, idle int, lifetime int, wanted text) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH mine AS (
		SELECT a.id, a.separator
		FROM session s
		JOIN admin a ON a.id = s.admin_id
		WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now() AND NOT a.disabled
	), changed AS (
		UPDATE admin SET separator = wanted
		FROM mine
		WHERE admin.id = mine.id AND wanted IS DISTINCT FROM mine.separator AND wanted IS NOT NULL
	)
	SELECT coalesce(wanted, separator) FROM mine;
$$;
ALTER FUNCTION session_separator(bytea, int, int, text) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION session_separator(bytea, int, int, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_separator(bytea, int, int, text) TO rollcall_web;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
