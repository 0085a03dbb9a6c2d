-- The audit as administrators with the right `setup` read it: their tenant's, root's chosen
-- tenant's or all of it.

CREATE INDEX audit_tenant ON audit (tenant_id, id);
CREATE POLICY look ON audit FOR SELECT TO rollcall_signin USING (true);
GRANT SELECT ON audit TO rollcall_signin;
GRANT CREATE ON SCHEMA public TO rollcall_signin;

-- Rows of the audit, the latest first, that the session may see: whose name has `who` in
-- it, of that action or of those below it (token: token.open, token.close), of days in UTC.
-- A null or '' asks for nothing.  `total` is how many there are without limit and offset.
CREATE FUNCTION session_audit(hash bytea, idle int, lifetime int, who text, what text, first_day date, last_day date,
	rows_most int, rows_before int)
RETURNS TABLE (id bigint, at timestamptz, admin_name text, tenant_name text, address text, action text, detail jsonb,
	total bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH me AS (
		SELECT a.root AND s.tenant_id IS NULL AS every, CASE WHEN a.root THEN s.tenant_id ELSE a.tenant_id END AS tenant
		FROM session s
		JOIN admin a ON a.id = s.admin_id AND NOT a.disabled AND (a.root OR 'setup' = ANY (a.rights))
		WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now()
	)
	SELECT l.id, l.at, l.admin_name, t.name, l.address, l.action, l.detail, count(*) OVER ()
	FROM audit l
	LEFT JOIN tenant t ON t.id = l.tenant_id
	WHERE ((SELECT every FROM me) OR l.tenant_id = (SELECT tenant FROM me))
		AND (coalesce(who, '') = '' OR strpos(lower(l.admin_name), lower(who)) > 0)
		AND (coalesce(what, '') = '' OR l.action = what OR starts_with(l.action, what || '.'))
		AND (first_day IS NULL OR l.at >= first_day::timestamp AT TIME ZONE 'UTC')
		AND (last_day IS NULL OR l.at < (last_day + 1)::timestamp AT TIME ZONE 'UTC')
	ORDER BY l.id DESC
	LIMIT rows_most OFFSET rows_before
$$;

-- The actions among what the session may see.
CREATE FUNCTION session_audit_actions(hash bytea, idle int, lifetime int) RETURNS TABLE (action text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT DISTINCT l.action FROM session_audit(hash, idle, lifetime, NULL, NULL, NULL, NULL, NULL, 0) l ORDER BY l.action
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['session_audit(bytea, int, int, text, text, date, date, int, int)',
	    'session_audit_actions(bytea, int, int)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_signin', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_web', one);
	END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
