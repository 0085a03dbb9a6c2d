-- Signing in: what the web role may ask about administrators and sessions.
--
-- The functions belong to a role that may read those tables; the web role may
-- only call them.  Each gives one answer about one name or one session, never a
-- list, so that a fault in the web processes does not show them all.

GRANT UPDATE (language) ON admin TO rollcall_signin;
GRANT CREATE ON SCHEMA public TO rollcall_signin;

-- When a session ends: unused for `idle` seconds, or `lifetime` seconds old.
CREATE FUNCTION session_end(s session, idle int, lifetime int) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT least(s.seen_at + make_interval(secs => idle), s.created_at + make_interval(secs => lifetime)) $$;

-- All tenants, whatever the scope: for setup, for jobs over all tenants.
CREATE FUNCTION all_tenants() RETURNS TABLE (id int, uuid uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT t.id, t.uuid, t.name FROM tenant t ORDER BY t.id $$;

-- What the password of a name is compared with.
CREATE FUNCTION admin_find(wanted text)
RETURNS TABLE (id bigint, username text, tenant_id int, password_hash text, disabled boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT a.id, a.username, a.tenant_id, a.password_hash, a.disabled
	FROM admin a WHERE a.username_key = lower(wanted)
$$;

-- A new session in place of the one that the browser had; those that have ended
-- are swept on the way.
CREATE FUNCTION session_open(hash bytea, admin bigint, old bytea, idle int, lifetime int) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	DELETE FROM session s WHERE s.token_hash = old OR session_end(s, idle, lifetime) <= now();
	INSERT INTO session (token_hash, admin_id) VALUES (hash, admin);
$$;

-- Who it is, and the tenants in scope.  A session is marked as used at most
-- every ten seconds, so that most requests write nothing.
CREATE FUNCTION session_find(hash bytea, idle int, lifetime int)
RETURNS TABLE (admin_id bigint, username text, language text, root boolean, rights text[],
	tenant_id int, tenant_name text, scope int[])
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	UPDATE session s SET seen_at = now()
	WHERE s.token_hash = hash AND s.seen_at < now() - interval '10 seconds'
		AND session_end(s, idle, lifetime) > now();

	SELECT a.id, a.username, a.language, a.root, a.rights, t.id, t.name,
		CASE WHEN t.id IS NOT NULL THEN ARRAY[t.id]
		ELSE coalesce((SELECT array_agg(every.id ORDER BY every.id) FROM tenant every), '{}') END
	FROM session s
	JOIN admin a ON a.id = s.admin_id AND NOT a.disabled
	LEFT JOIN tenant t ON t.id = CASE WHEN a.root THEN s.tenant_id ELSE a.tenant_id END
	WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now();
$$;

-- Root chooses a tenant, or null for all.  False: no such session or tenant, or
-- not root's.
CREATE FUNCTION session_scope(hash bytea, idle int, lifetime int, chosen int) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH changed AS (
		UPDATE session s SET tenant_id = chosen
		FROM admin a
		WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now()
			AND a.id = s.admin_id AND a.root AND NOT a.disabled
			AND (chosen IS NULL OR EXISTS (SELECT FROM tenant t WHERE t.id = chosen))
		RETURNING 1
	)
	SELECT EXISTS (SELECT FROM changed);
$$;

-- The tenants that the session may choose among.
CREATE FUNCTION session_tenants(hash bytea, idle int, lifetime int) RETURNS TABLE (id int, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT t.id, t.name
	FROM session s
	JOIN admin a ON a.id = s.admin_id AND NOT a.disabled
	JOIN tenant t ON a.root OR t.id = a.tenant_id
	WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now()
	ORDER BY t.name, t.id;
$$;

CREATE FUNCTION session_language(hash bytea, idle int, lifetime int, wanted text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH changed AS (
		UPDATE admin a SET language = wanted
		FROM session s
		WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now()
			AND a.id = s.admin_id AND NOT a.disabled
		RETURNING 1
	)
	SELECT EXISTS (SELECT FROM changed);
$$;

-- Ends a session; tells whose it was.
CREATE FUNCTION session_close(hash bytea) RETURNS TABLE (admin_id bigint, username text, tenant_id int)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH ended AS (
		DELETE FROM session s WHERE s.token_hash = hash RETURNING s.admin_id
	)
	SELECT a.id, a.username, a.tenant_id FROM ended JOIN admin a ON a.id = ended.admin_id;
$$;

CREATE FUNCTION audit_add(admin bigint, name text, tenant int, address text, action text, detail jsonb)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
	VALUES (admin, name, tenant, address, action, detail);
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['all_tenants()', 'admin_find(text)',
	    'session_open(bytea, bigint, bytea, int, int)', 'session_find(bytea, int, int)',
	    'session_scope(bytea, int, int, int)', 'session_tenants(bytea, int, int)',
	    'session_language(bytea, int, int, text)', 'session_close(bytea)',
	    'audit_add(bigint, text, int, text, text, jsonb)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_signin', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
		IF one <> 'all_tenants()'::regprocedure THEN
			EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_web', one);
		END IF;
	END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION all_tenants(), audit_add(bigint, text, int, text, text, jsonb)
	TO rollcall_worker, rollcall_owner;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
