-- The web role proves who signs in, and sees no hash.
--
-- An administrator's password is stored as the setting of crypt(5) (method, cost and
-- salt, no secret) and the SHA-256 of the hash.  A web process asks for the setting,
-- computes the hash from the password that was typed, and hands its SHA-256, the proof,
-- to functions that compare.  As in SCRAM (RFC 5802, StoredKey), who reads the proofs'
-- table cannot sign in with it, and who can only call the functions can open no session
-- without the password.  The audit's actor comes from a proof too: of the session, of
-- the token or of the password.

GRANT CREATE ON SCHEMA public TO rollcall_signin;
REVOKE UPDATE (password_hash) ON admin FROM rollcall_signin;

-- Everything of a hash but its last part: what crypt(3) needs to compute it again.
CREATE FUNCTION password_setting(hash text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT regexp_replace(hash, '[^$]*$', '') $$;

CREATE FUNCTION password_proof(hash text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT sha256(convert_to(hash, 'UTF8')) $$;

ALTER TABLE admin ADD password_setting text, ADD password_proof bytea;
UPDATE admin SET password_setting = password_setting(password_hash), password_proof = password_proof(password_hash);
ALTER TABLE admin ALTER password_setting SET NOT NULL, ALTER password_proof SET NOT NULL,
	ADD CHECK (password_setting ~ '^\$y\$[./0-9A-Za-z]+\$[./0-9A-Za-z]+\$$'),
	ADD CHECK (length(password_proof) = 32);
DROP FUNCTION admin_find(text);
DROP TRIGGER token_end ON admin;
CREATE TRIGGER token_end AFTER UPDATE ON admin FOR EACH ROW
	WHEN (NEW.password_proof IS DISTINCT FROM OLD.password_proof OR (NEW.disabled AND NOT OLD.disabled))
	EXECUTE FUNCTION token_end();
ALTER TABLE admin DROP password_hash;
COMMENT ON COLUMN admin.password_setting IS 'method, cost and salt of crypt(5); no secret';
COMMENT ON COLUMN admin.password_proof IS 'SHA-256 of the password''s crypt(5) hash, which is stored nowhere';

-- What a password of the name is hashed with.  An unknown name has a setting too, the
-- same each time and of the usual cost: the answer tells nothing, and takes as long.
CREATE FUNCTION signin_setting(name text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $body$
	SELECT coalesce((SELECT password_setting FROM admin WHERE username_key = lower(name)),
		(SELECT regexp_replace(coalesce((SELECT password_setting FROM admin ORDER BY id LIMIT 1), '$y$j9T$x$'),
				'[^$]+\$$', '')
			|| left(encode(throttle_account(name), 'hex'), 21) || '.$'))
$body$;

-- Whether the proof is that of the administrator's password.
CREATE FUNCTION signin_proved(wanted bigint, proof bytea) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM admin a WHERE a.id = wanted AND a.password_proof = proof AND NOT a.disabled)
$$;

-- Who signs in: one row where the proof is right, else none, and the refusal is written
-- down.  `noted` is true where that is news, not for each of a script's requests; with
-- `action` such news is written down.
CREATE FUNCTION signin_try(name text, origin text, proof bytea, action text)
RETURNS TABLE (id bigint, username text, tenant_id int, noted boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	a admin;
	news boolean;
BEGIN
	SELECT * INTO a FROM admin WHERE username_key = lower(name);
	IF a.password_proof = proof AND NOT a.disabled THEN
		news := throttle_pass(name, origin);
		IF news AND action IS NOT NULL THEN
			INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
			VALUES (a.id, a.username, a.tenant_id, origin, signin_try.action);
		END IF;
		RETURN QUERY SELECT a.id, a.username, a.tenant_id, news;
		RETURN;
	END IF;
	PERFORM throttle_fail(name, origin);
	-- A name that is unknown is not written down: it may be a password that was typed
	-- into the wrong field.
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
	VALUES (a.id, a.username, a.tenant_id, origin, 'login.refused', jsonb_build_object('reason',
		CASE WHEN a.id IS NULL THEN 'unknown' WHEN a.password_proof = proof THEN 'disabled' ELSE 'password' END));
END
$$;

-- A new session in place of the one that the browser had; those that have ended are
-- swept on the way.  False: the proof is not the administrator's.
DROP FUNCTION session_open(bytea, bigint, bytea, int, int);
CREATE FUNCTION session_open(hash bytea, admin bigint, proof bytea, old bytea, idle int, lifetime int, origin text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	IF NOT signin_proved(admin, proof) THEN
		RETURN false;
	END IF;
	DELETE FROM session s WHERE s.token_hash = old OR session_end(s, idle, lifetime) <= now();
	INSERT INTO session (token_hash, admin_id) VALUES (hash, admin);
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
	SELECT a.id, a.username, a.tenant_id, origin, 'login' FROM admin a WHERE a.id = admin;
	RETURN true;
END
$$;

DROP FUNCTION session_close(bytea);
CREATE FUNCTION session_close(hash bytea, origin text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH ended AS (
		DELETE FROM session s WHERE s.token_hash = hash RETURNING s.admin_id
	), noted AS (
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
		SELECT a.id, a.username, a.tenant_id, origin, 'logout' FROM ended JOIN admin a ON a.id = ended.admin_id
	)
	SELECT EXISTS (SELECT FROM ended);
$$;

-- A token for who has just signed in; null: the proof is not the administrator's.
DROP FUNCTION token_open(bytea, bigint, int);
CREATE FUNCTION token_open(hash bytea, admin bigint, proof bytea, seconds int, origin text) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	ends timestamptz := now() + make_interval(secs => seconds);
BEGIN
	IF NOT signin_proved(admin, proof) THEN
		RETURN NULL;
	END IF;
	DELETE FROM token WHERE expires_at <= now();
	INSERT INTO token (token_hash, admin_id, expires_at) VALUES (hash, admin, ends);
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
	SELECT a.id, a.username, a.tenant_id, origin, 'token.open' FROM admin a WHERE a.id = admin;
	RETURN ends;
END
$$;

DROP FUNCTION token_close(bytea);
CREATE FUNCTION token_close(hash bytea, origin text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH ended AS (
		DELETE FROM token t WHERE t.token_hash = hash AND t.expires_at > now() RETURNING t.admin_id
	), noted AS (
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
		SELECT a.id, a.username, a.tenant_id, origin, 'token.close' FROM ended JOIN admin a ON a.id = ended.admin_id
	)
	SELECT EXISTS (SELECT FROM ended);
$$;

-- A row of the audit.  The actor is whose proof it is: the SHA-256 of a session's or of
-- a token's secret, or a password's proof with the administrator's id.  Root may act in
-- a tenant, anybody else acts in the own one.  Without a proof it is the command line of
-- this machine, and is marked so: no administrator's name can be borrowed.
DROP FUNCTION audit_add(bigint, text, int, text, text, jsonb);
CREATE FUNCTION audit_add(kind text, proof bytea, admin bigint, name text, tenant int, origin text, action text, detail jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	a admin;
BEGIN
	IF kind IS NULL THEN
		INSERT INTO audit (admin_name, tenant_id, address, action, detail)
		VALUES (regexp_replace(name, ' \(command line\)$', '') || ' (command line)', tenant, origin, action, detail);
		RETURN;
	END IF;
	CASE kind
	WHEN 'session' THEN
		SELECT w.* INTO a FROM session s JOIN admin w ON w.id = s.admin_id WHERE s.token_hash = proof;
	WHEN 'token' THEN
		SELECT w.* INTO a FROM token t JOIN admin w ON w.id = t.admin_id
		WHERE t.token_hash = proof AND t.expires_at > now();
	WHEN 'password' THEN
		SELECT w.* INTO a FROM admin w WHERE w.id = audit_add.admin AND w.password_proof = proof;
	END CASE;
	IF a.id IS NULL THEN
		RAISE insufficient_privilege USING MESSAGE = 'what was done cannot be written down: the session or token has ended';
	END IF;
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
	VALUES (a.id, a.username, CASE WHEN a.root THEN tenant ELSE a.tenant_id END, origin, action, detail);
END
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['signin_setting(text)', 'signin_proved(bigint, bytea)',
	    'signin_try(text, text, bytea, text)',
	    'session_open(bytea, bigint, bytea, bytea, int, int, text)', 'session_close(bytea, text)',
	    'token_open(bytea, bigint, bytea, int, text)', 'token_close(bytea, text)',
	    'audit_add(text, bytea, bigint, text, int, text, text, jsonb)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_signin', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
		IF one <> 'signin_proved(bigint, bytea)'::regprocedure THEN
			EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_web', one);
		END IF;
	END LOOP;
END
$$;
-- signin_try does what these do; nobody else makes or forgets a failure.
REVOKE EXECUTE ON FUNCTION throttle_fail(text, text), throttle_pass(text, text) FROM rollcall_web;
GRANT EXECUTE ON FUNCTION audit_add(text, bytea, bigint, text, int, text, text, jsonb)
	TO rollcall_worker, rollcall_owner;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
