-- A token's times, which its owner may look at.

GRANT CREATE ON SCHEMA public TO rollcall_signin;

DROP FUNCTION token_find(bytea);
-- Whose token it is, and its times; no row for none and for one that has expired.
CREATE FUNCTION token_find(hash bytea)
RETURNS TABLE (admin_id bigint, created_at timestamptz, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT t.admin_id, t.created_at, t.expires_at FROM token t WHERE t.token_hash = hash AND t.expires_at > now() $$;
ALTER FUNCTION token_find(bytea) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION token_find(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_find(bytea) TO rollcall_web;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
