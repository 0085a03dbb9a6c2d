-- What an administrator does for himself: password, open sessions, tokens; and a password
-- that another one sets for him.
--
-- Each function takes a session's hash and finds out itself whose it is.  A web process
-- hands it the setting and proof of a new password (0017), never a password.

GRANT CREATE ON SCHEMA public TO rollcall_signin;

ALTER TABLE admin ADD password_due boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN admin.password_due IS 'another administrator has set the password: it is to be changed at the next sign-in';
GRANT UPDATE (password_setting, password_proof, password_due) ON admin TO rollcall_signin;

ALTER TABLE session ADD id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	ADD address text, ADD agent text CHECK (length(agent) <= 200);
COMMENT ON COLUMN session.agent IS 'what the browser says it is; anybody can write anything there';

ALTER TABLE token ADD id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	ADD name text CHECK (length(name) BETWEEN 1 AND 80),
	ADD rights text[], ADD used_at timestamptz;
COMMENT ON COLUMN token.rights IS 'null: those of its administrator; else those of them that are named here';
GRANT UPDATE (used_at) ON token TO rollcall_signin;

-- --- sessions ----------------------------------------------------------------

-- Whose session it is; no row for none, an ended one and a disabled administrator.
CREATE FUNCTION session_admin(hash bytea, idle int, lifetime int) RETURNS SETOF admin
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT a.* FROM session s
	JOIN admin a ON a.id = s.admin_id AND NOT a.disabled
	WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now()
$$;

DROP FUNCTION session_open(bytea, bigint, bytea, bytea, int, int, text);
CREATE FUNCTION session_open(hash bytea, admin bigint, proof bytea, old bytea, idle int, lifetime int, origin text,
	browser text DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	IF NOT signin_proved(admin, proof) THEN
		RETURN false;
	END IF;
	DELETE FROM session s WHERE s.token_hash = old OR session_end(s, idle, lifetime) <= now();
	INSERT INTO session (token_hash, admin_id, address, agent) VALUES (hash, admin, origin, left(browser, 200));
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
	SELECT a.id, a.username, a.tenant_id, origin, 'login' FROM admin a WHERE a.id = admin;
	RETURN true;
END
$$;

DROP FUNCTION session_find(bytea, int, int);
-- Who it is, the tenants in scope, and whether the password is to be changed first.  A
-- session is marked as used at most every ten seconds, so that most requests write nothing.
CREATE FUNCTION session_find(hash bytea, idle int, lifetime int)
RETURNS TABLE (admin_id bigint, username text, language text, root boolean, rights text[],
	tenant_id int, tenant_name text, scope int[], password_due boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	UPDATE session s SET seen_at = now()
	WHERE s.token_hash = hash AND s.seen_at < now() - interval '10 seconds'
		AND session_end(s, idle, lifetime) > now();

	SELECT a.id, a.username, a.language, a.root, a.rights, t.id, t.name,
		CASE WHEN t.id IS NOT NULL THEN ARRAY[t.id]
		ELSE coalesce((SELECT array_agg(every.id ORDER BY every.id) FROM tenant every), '{}') END,
		a.password_due
	FROM session s
	JOIN admin a ON a.id = s.admin_id AND NOT a.disabled
	LEFT JOIN tenant t ON t.id = CASE WHEN a.root THEN s.tenant_id ELSE a.tenant_id END
	WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now();
$$;

-- The open sessions of the session's administrator, the latest first.
CREATE FUNCTION session_list(hash bytea, idle int, lifetime int)
RETURNS TABLE (id bigint, created_at timestamptz, seen_at timestamptz, address text, agent text, own boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT s.id, s.created_at, s.seen_at, s.address, s.agent, s.token_hash = hash
	FROM session_admin(hash, idle, lifetime) a
	JOIN session s ON s.admin_id = a.id AND session_end(s, idle, lifetime) > now()
	ORDER BY s.token_hash = hash DESC, s.seen_at DESC
$$;

-- Ends one of them, or with null all but this one; how many.
CREATE FUNCTION session_end_other(hash bytea, idle int, lifetime int, wanted bigint, origin text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH me AS (
		SELECT * FROM session_admin(hash, idle, lifetime)
	), ended AS (
		DELETE FROM session s USING me
		WHERE s.admin_id = me.id AND s.token_hash <> hash AND (wanted IS NULL OR s.id = wanted)
		RETURNING s.id
	), noted AS (
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
		SELECT me.id, me.username, me.tenant_id, origin, 'session.end',
			jsonb_build_object('sessions', (SELECT count(*) FROM ended))
		FROM me WHERE EXISTS (SELECT FROM ended)
	)
	SELECT count(*) FROM ended
$$;

-- --- passwords ---------------------------------------------------------------

-- A new password of the session's administrator, where the old one's proof is right; its
-- other sessions and its tokens end.  A wrong one counts as a refused sign-in does:
-- `seconds` above 0 is how long to wait, and then nothing was tried.
CREATE FUNCTION session_password(hash bytea, idle int, lifetime int, old_proof bytea, new_setting text,
	new_proof bytea, origin text, OUT done boolean, OUT seconds int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	me admin;
BEGIN
	done := false;
	seconds := 0;
	SELECT * INTO me FROM session_admin(hash, idle, lifetime);
	IF me.id IS NULL THEN
		RETURN;
	END IF;
	PERFORM throttle_lock(me.username, origin);
	seconds := throttle_wait(me.username, origin);
	IF seconds > 0 THEN
		RETURN;
	END IF;
	done := coalesce(me.password_proof = old_proof, false);
	IF done THEN
		UPDATE admin SET password_setting = new_setting, password_proof = new_proof, password_due = false
		WHERE admin.id = me.id;
		DELETE FROM session s WHERE s.admin_id = me.id AND s.token_hash <> hash;
	ELSE
		PERFORM throttle_fail(me.username, origin);
	END IF;
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
	VALUES (me.id, me.username, me.tenant_id, origin, CASE WHEN done THEN 'password.change' ELSE 'password.refused' END);
END
$$;

-- An administrator whose password the session's one may set: somebody else, in the scope
-- of whoever has the right `setup`, and without a right that this one lacks.
CREATE FUNCTION session_admin_other(hash bytea, idle int, lifetime int, wanted bigint)
RETURNS TABLE (id bigint, username text, tenant_id int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT other.id, other.username, other.tenant_id
	FROM session_admin(hash, idle, lifetime) me
	JOIN admin other ON other.id = wanted AND other.id <> me.id
	WHERE me.root OR ('setup' = ANY (me.rights) AND other.tenant_id = me.tenant_id AND other.rights <@ me.rights)
$$;

-- Sets it, to be changed at the next sign-in; all sessions and tokens end.
CREATE FUNCTION session_admin_password(hash bytea, idle int, lifetime int, wanted bigint, new_setting text,
	new_proof bytea, origin text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH other AS (
		SELECT * FROM session_admin_other(hash, idle, lifetime, wanted)
	), changed AS (
		UPDATE admin SET password_setting = new_setting, password_proof = new_proof, password_due = true
		FROM other WHERE admin.id = other.id
	), ended AS (
		DELETE FROM session s USING other WHERE s.admin_id = other.id
	), noted AS (
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
		SELECT me.id, me.username, other.tenant_id, origin, 'admin.passwd',
			jsonb_build_object('username', other.username)
		FROM session_admin(hash, idle, lifetime) me, other
	)
	SELECT EXISTS (SELECT FROM other)
$$;

-- --- tokens ------------------------------------------------------------------

DROP FUNCTION token_find(bytea);
-- Whose token it is, its rights and times; no row for none and for one that has expired.
-- It is marked as used at most once a minute.
CREATE FUNCTION token_find(hash bytea)
RETURNS TABLE (admin_id bigint, rights text[], created_at timestamptz, expires_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	UPDATE token t SET used_at = now()
	WHERE t.token_hash = hash AND t.expires_at > now()
		AND coalesce(t.used_at, '-infinity') < now() - interval '1 minute';

	SELECT t.admin_id, t.rights, t.created_at, t.expires_at FROM token t
	WHERE t.token_hash = hash AND t.expires_at > now();
$$;

-- The valid tokens of the session's administrator, the latest first.
CREATE FUNCTION session_tokens(hash bytea, idle int, lifetime int)
RETURNS TABLE (id bigint, name text, rights text[], created_at timestamptz, expires_at timestamptz, used_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT t.id, t.name, t.rights, t.created_at, t.expires_at, t.used_at
	FROM session_admin(hash, idle, lifetime) me
	JOIN token t ON t.admin_id = me.id AND t.expires_at > now()
	ORDER BY t.id DESC
$$;

-- A token with that name and at most the administrator's own rights; false: there are a
-- hundred already, or a right is not his to give.
CREATE FUNCTION session_token_open(hash bytea, idle int, lifetime int, secret_hash bytea, name text, rights text[],
	seconds int, origin text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	DELETE FROM token WHERE expires_at <= now();

	WITH me AS (
		SELECT * FROM session_admin(hash, idle, lifetime) a
		WHERE (a.root OR session_token_open.rights <@ a.rights) AND session_token_open.rights <> '{}'
			AND (SELECT count(*) FROM token t WHERE t.admin_id = a.id AND t.name IS NOT NULL) < 100
	), made AS (
		INSERT INTO token (token_hash, admin_id, expires_at, name, rights)
		SELECT secret_hash, me.id, now() + make_interval(secs => seconds), session_token_open.name,
			session_token_open.rights
		FROM me
		RETURNING 1
	), noted AS (
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
		SELECT me.id, me.username, me.tenant_id, origin, 'token.open',
			jsonb_build_object('name', session_token_open.name, 'rights', session_token_open.rights)
		FROM me
	)
	SELECT EXISTS (SELECT FROM made)
$$;

CREATE FUNCTION session_token_end(hash bytea, idle int, lifetime int, wanted bigint, origin text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH me AS (
		SELECT * FROM session_admin(hash, idle, lifetime)
	), ended AS (
		DELETE FROM token t USING me WHERE t.admin_id = me.id AND t.id = wanted RETURNING t.name
	), noted AS (
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
		SELECT me.id, me.username, me.tenant_id, origin, 'token.close',
			jsonb_strip_nulls(jsonb_build_object('name', ended.name))
		FROM me, ended
	)
	SELECT EXISTS (SELECT FROM ended)
$$;

DROP FUNCTION account_find(bigint, uuid);
-- Who an account is in a scope: the tenant of that uuid, or without one the
-- account's own (root: all).  No row: disabled, or the tenant is not its to see.
CREATE FUNCTION account_find(admin_id bigint, wanted uuid)
RETURNS TABLE (id bigint, username text, language text, root boolean, rights text[],
	tenant_id int, tenant_name text, scope int[], password_due boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT a.id, a.username, a.language, a.root, a.rights, t.id, t.name,
		CASE WHEN t.id IS NOT NULL THEN ARRAY[t.id]
		ELSE coalesce((SELECT array_agg(every.id ORDER BY every.id) FROM tenant every), '{}') END,
		a.password_due
	FROM admin a
	LEFT JOIN tenant t ON (a.root OR t.id = a.tenant_id)
		AND CASE WHEN wanted IS NULL THEN t.id = a.tenant_id ELSE t.uuid = wanted END
	WHERE a.id = admin_id AND NOT a.disabled
		AND (t.id IS NOT NULL OR (a.root AND wanted IS NULL));
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['session_admin(bytea, int, int)',
	    'session_open(bytea, bigint, bytea, bytea, int, int, text, text)', 'session_find(bytea, int, int)',
	    'session_list(bytea, int, int)', 'session_end_other(bytea, int, int, bigint, text)',
	    'session_password(bytea, int, int, bytea, text, bytea, text)',
	    'session_admin_other(bytea, int, int, bigint)',
	    'session_admin_password(bytea, int, int, bigint, text, bytea, text)', 'token_find(bytea)',
	    'session_tokens(bytea, int, int)',
	    'session_token_open(bytea, int, int, bytea, text, text[], int, text)',
	    'session_token_end(bytea, int, int, bigint, text)', 'account_find(bigint, uuid)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_signin', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
		IF one <> 'session_admin(bytea, int, int)'::regprocedure THEN
			EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_web', one);
		END IF;
	END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
