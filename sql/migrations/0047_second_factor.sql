-- The second factor: codes of a telephone (TOTP, RFC 6238), and recovery codes.
--
-- The secret and the hashes of recovery codes are in tables that no process reads: a web
-- process shows a new secret once, while it is set up, and from then on hands codes to
-- functions that compare.  An administrator who has a second factor opens no session and no
-- token by password alone, whoever asks: signin_proved says so.

CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA public;

CREATE TABLE admin_factor (
	admin_id bigint PRIMARY KEY REFERENCES admin ON DELETE CASCADE,
	secret bytea NOT NULL CHECK (length(secret) = 20),
	created_at timestamptz NOT NULL DEFAULT now(),
	confirmed_at timestamptz,
	last_step bigint NOT NULL DEFAULT 0,
	failures int NOT NULL DEFAULT 0,
	failed_at timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON COLUMN admin_factor.confirmed_at IS 'when a code of it was shown; null: it is being set up, and nobody asks for it';
COMMENT ON COLUMN admin_factor.last_step IS 'the half minute of the last code that was taken: none works twice';

CREATE TABLE admin_recovery (
	admin_id bigint NOT NULL REFERENCES admin_factor ON DELETE CASCADE,
	code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
	PRIMARY KEY (admin_id, code_hash)
);
COMMENT ON TABLE admin_recovery IS 'SHA-256 of codes of 80 random bits; each works once';

-- Sign-ins whose password was right, and that wait for their code.
CREATE TABLE session_waiting (
	token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
	admin_id bigint NOT NULL REFERENCES admin ON DELETE CASCADE,
	password_proof bytea NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);

DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['admin_factor', 'admin_recovery', 'session_waiting'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
		EXECUTE format('CREATE POLICY owner ON %I TO rollcall_owner USING (true)', name);
		EXECUTE format('CREATE POLICY signin ON %I TO rollcall_signin USING (true)', name);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO rollcall_signin', name);
	END LOOP;
END
$$;
GRANT CREATE ON SCHEMA public TO rollcall_signin;

-- --- codes -------------------------------------------------------------------

-- The code of a step (RFC 4226, 5.3; the hash is SHA-1, as all telephones have it).
CREATE FUNCTION totp(secret bytea, step bigint, digits int DEFAULT 6) RETURNS text
LANGUAGE sql IMMUTABLE STRICT
AS $$
	WITH mac AS (
		SELECT hmac(int8send(step), secret, 'sha1') AS h
	), place AS (
		SELECT h, get_byte(h, 19) & 15 AS o FROM mac
	)
	SELECT right(repeat('0', digits) || (((get_byte(h, o) & 127) << 24) | (get_byte(h, o + 1) << 16)
		| (get_byte(h, o + 2) << 8) | get_byte(h, o + 3))::text, digits)
	FROM place
$$;

-- A random text of that many characters of 5 bits, none of which is taken for another.
CREATE FUNCTION random_code(characters int) RETURNS text
LANGUAGE sql VOLATILE
AS $$
	SELECT string_agg(substr('abcdefghijkmnpqrstuvwxyz23456789', (get_byte(b, i) & 31) + 1, 1), '' ORDER BY i)
	FROM (SELECT gen_random_bytes(characters) AS b) r, generate_series(0, characters - 1) i
$$;

-- 160 bits as Base32 (RFC 4648), as telephones read a secret.
CREATE FUNCTION secret_base32(secret bytea) RETURNS text
LANGUAGE sql IMMUTABLE STRICT
AS $$
	SELECT string_agg(substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substring(b.bits FROM i FOR 5)::bit(5)::int + 1, 1),
		'' ORDER BY i)
	FROM (SELECT ('x' || encode(secret, 'hex'))::bit(160) AS bits) b, generate_series(1, 160, 5) i
$$;

-- Takes a code of the administrator: true where it is the telephone's of now, half a minute
-- ago or ahead, and later than the last one that was taken, or a recovery code, which is
-- used up.  Blanks and hyphens do not count.  Wrong ones are counted over all addresses:
-- `seconds` above 0 is how long to wait after ten, and then nothing was tried.
CREATE FUNCTION factor_take(wanted bigint, code text, OUT taken boolean, OUT seconds int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	f admin_factor;
	bare text := lower(regexp_replace(code, '[\s-]', '', 'g'));
	now_step bigint := floor(extract(epoch FROM clock_timestamp()) / 30);
	found_step bigint;
BEGIN
	taken := false;
	seconds := 0;
	SELECT * INTO f FROM admin_factor WHERE admin_id = wanted FOR UPDATE;
	IF f.admin_id IS NULL THEN
		RETURN;
	END IF;
	IF f.failures >= 10 THEN
		seconds := greatest(0, ceil(300 - extract(epoch FROM clock_timestamp() - f.failed_at)));
		IF seconds > 0 THEN
			RETURN;
		END IF;
	END IF;
	SELECT step INTO found_step FROM generate_series(now_step - 1, now_step + 1) step
	WHERE step > f.last_step AND totp(f.secret, step) = bare ORDER BY step LIMIT 1;
	IF found_step IS NOT NULL THEN
		UPDATE admin_factor SET last_step = found_step, failures = 0 WHERE admin_id = wanted;
		taken := true;
		RETURN;
	END IF;
	DELETE FROM admin_recovery WHERE admin_id = wanted AND code_hash = sha256(convert_to(bare, 'UTF8'));
	taken := FOUND;
	UPDATE admin_factor SET failures = CASE WHEN taken THEN 0 ELSE least(failures + 1, 1000) END,
		failed_at = CASE WHEN taken THEN failed_at ELSE clock_timestamp() END
	WHERE admin_id = wanted;
END
$$;

-- Whether the administrator has a second factor.
CREATE FUNCTION factor_on(wanted bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT EXISTS (SELECT FROM admin_factor f WHERE f.admin_id = wanted AND f.confirmed_at IS NOT NULL) $$;

-- --- signing in --------------------------------------------------------------

-- Whether the proof is that of the administrator's password, and is enough: there is no
-- second factor.
CREATE OR REPLACE FUNCTION signin_proved(wanted bigint, proof bytea) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM admin a WHERE a.id = wanted AND a.password_proof = proof AND NOT a.disabled)
		AND NOT factor_on(wanted)
$$;

-- As before; and with a second factor a right password alone forgets no failures: `factor`
-- tells that a code is needed yet.
DROP FUNCTION signin_try(text, text, bytea, text);
CREATE FUNCTION signin_try(name text, origin text, proof bytea, action text)
RETURNS TABLE (id bigint, username text, tenant_id int, noted boolean, seconds int, factor boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	a admin;
	proved boolean;
BEGIN
	SELECT * INTO a FROM admin WHERE username_key = lower(name);
	proved := coalesce(a.password_proof = proof AND NOT a.disabled, false);
	factor := proved AND factor_on(a.id);
	noted := false;
	seconds := 0;
	-- A script that is right each time writes nothing and waits for nobody.
	IF NOT (proved AND throttle_clean(name, origin)) THEN
		PERFORM throttle_lock(name, origin);
		seconds := throttle_wait(name, origin);
		IF seconds > 0 THEN
			RETURN NEXT;
			RETURN;
		END IF;
		noted := proved AND NOT factor AND throttle_pass(name, origin);
	END IF;
	IF proved THEN
		id := a.id;
		username := a.username;
		tenant_id := a.tenant_id;
		IF noted AND action IS NOT NULL THEN
			INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
			VALUES (a.id, a.username, a.tenant_id, origin, signin_try.action);
		END IF;
		RETURN NEXT;
		RETURN;
	END IF;
	PERFORM throttle_fail(name, origin);
	-- A name that is unknown is not written down: it may be a password that was typed
	-- into the wrong field.
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
	VALUES (a.id, a.username, a.tenant_id, origin, 'login.refused', jsonb_build_object('reason',
		CASE WHEN a.id IS NULL THEN 'unknown' WHEN a.password_proof = proof THEN 'disabled' ELSE 'password' END));
	RETURN NEXT;
END
$$;

-- Keeps a sign-in that waits for its code, for ten minutes.  False: the proof is not that
-- of the administrator's password.
CREATE FUNCTION session_wait(hash bytea, admin bigint, proof bytea) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	DELETE FROM session_waiting WHERE created_at < now() - interval '10 minutes';

	WITH waits AS (
		INSERT INTO session_waiting (token_hash, admin_id, password_proof)
		SELECT hash, a.id, proof FROM admin a
		WHERE a.id = session_wait.admin AND a.password_proof = proof AND NOT a.disabled AND factor_on(a.id)
		RETURNING 1
	)
	SELECT EXISTS (SELECT FROM waits)
$$;

-- The code of a sign-in that waits.  'open': the session `hash` is open; 'wrong': it is not,
-- which counts as a refused sign-in does; 'wait': nothing was tried, for `seconds`; 'gone':
-- no sign-in waits any more.
CREATE FUNCTION session_code(waiting bytea, code text, hash bytea, old bytea, idle int, lifetime int, origin text,
	browser text, OUT state text, OUT seconds int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	a admin;
	taken boolean;
BEGIN
	seconds := 0;
	SELECT w.* INTO a FROM session_waiting s
	JOIN admin w ON w.id = s.admin_id AND NOT w.disabled AND w.password_proof = s.password_proof
	WHERE s.token_hash = waiting AND s.created_at > now() - interval '10 minutes';
	IF a.id IS NULL THEN
		state := 'gone';
		RETURN;
	END IF;
	PERFORM throttle_lock(a.username, origin);
	seconds := throttle_wait(a.username, origin);
	IF seconds = 0 THEN
		SELECT t.taken, t.seconds INTO taken, seconds FROM factor_take(a.id, code) t;
	END IF;
	IF seconds > 0 THEN
		state := 'wait';
		RETURN;
	END IF;
	IF NOT taken THEN
		PERFORM throttle_fail(a.username, origin);
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
		VALUES (a.id, a.username, a.tenant_id, origin, 'login.refused', '{"reason": "code"}');
		state := 'wrong';
		RETURN;
	END IF;
	PERFORM throttle_pass(a.username, origin);
	DELETE FROM session_waiting WHERE token_hash = waiting;
	DELETE FROM session s WHERE s.token_hash = old OR session_end(s, idle, lifetime) <= now();
	INSERT INTO session (token_hash, admin_id, address, agent) VALUES (hash, a.id, origin, left(browser, 200));
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
	VALUES (a.id, a.username, a.tenant_id, origin, 'login');
	state := 'open';
END
$$;

-- --- setting it up, by a session ------------------------------------------------

-- 'off', or 'on' since when and with how many recovery codes left.
CREATE FUNCTION session_factor(hash bytea, idle int, lifetime int, OUT since timestamptz, OUT codes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT f.confirmed_at, (SELECT count(*) FROM admin_recovery r WHERE r.admin_id = f.admin_id)
	FROM session_admin(hash, idle, lifetime) me
	JOIN admin_factor f ON f.admin_id = me.id AND f.confirmed_at IS NOT NULL
$$;

-- The secret that is being set up, in Base32, made anew where there is none of this hour; null where
-- a second factor is on already.
CREATE FUNCTION session_factor_start(hash bytea, idle int, lifetime int) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	INSERT INTO admin_factor AS f (admin_id, secret)
	SELECT me.id, gen_random_bytes(20) FROM session_admin(hash, idle, lifetime) me
	ON CONFLICT (admin_id) DO UPDATE SET
		secret = CASE WHEN f.created_at > now() - interval '1 hour' THEN f.secret ELSE excluded.secret END,
		created_at = CASE WHEN f.created_at > now() - interval '1 hour' THEN f.created_at ELSE now() END
	WHERE f.confirmed_at IS NULL
	RETURNING secret_base32(f.secret)
$$;

-- Recovery codes in place of those that there were.
CREATE FUNCTION factor_codes(wanted bigint) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	codes text[] := ARRAY(SELECT random_code(16) FROM generate_series(1, 10));
BEGIN
	DELETE FROM admin_recovery WHERE admin_id = wanted;
	INSERT INTO admin_recovery (admin_id, code_hash)
	SELECT wanted, sha256(convert_to(c, 'UTF8')) FROM unnest(codes) c;
	RETURN ARRAY(SELECT regexp_replace(c, '(....)(....)(....)(....)', '\1-\2-\3-\4') FROM unnest(codes) c);
END
$$;

-- Switches it on where the code is right, and gives the recovery codes; null: it is wrong,
-- `seconds` as factor_take has it.
CREATE FUNCTION session_factor_confirm(hash bytea, idle int, lifetime int, code text, origin text,
	OUT codes text[], OUT seconds int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	me admin;
	taken boolean;
BEGIN
	SELECT * INTO me FROM session_admin(hash, idle, lifetime);
	IF me.id IS NULL OR factor_on(me.id) THEN
		seconds := 0;
		RETURN;
	END IF;
	SELECT t.taken, t.seconds INTO taken, seconds FROM factor_take(me.id, code) t;
	IF taken THEN
		UPDATE admin_factor SET confirmed_at = now() WHERE admin_id = me.id;
		codes := factor_codes(me.id);
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
		VALUES (me.id, me.username, me.tenant_id, origin, 'factor.on');
	END IF;
END
$$;

-- Whether the proof is that of the administrator's password; a wrong one counts as a
-- refused sign-in, `seconds` above 0: nothing was tried.
CREATE FUNCTION password_again(wanted bigint, proof bytea, origin text, OUT done boolean, OUT seconds int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	a admin;
BEGIN
	SELECT * INTO a FROM admin WHERE id = wanted;
	PERFORM throttle_lock(a.username, origin);
	seconds := throttle_wait(a.username, origin);
	done := seconds = 0 AND coalesce(a.password_proof = proof, false);
	IF seconds = 0 AND NOT done THEN
		PERFORM throttle_fail(a.username, origin);
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
		VALUES (a.id, a.username, a.tenant_id, origin, 'password.refused');
	END IF;
END
$$;

-- With the password: switches it off, or with `renew` gives new recovery codes.
CREATE FUNCTION session_factor_change(hash bytea, idle int, lifetime int, proof bytea, renew boolean, origin text,
	OUT done boolean, OUT seconds int, OUT codes text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	me admin;
BEGIN
	done := false;
	seconds := 0;
	SELECT * INTO me FROM session_admin(hash, idle, lifetime);
	IF me.id IS NULL OR NOT factor_on(me.id) THEN
		RETURN;
	END IF;
	SELECT p.done, p.seconds INTO done, seconds FROM password_again(me.id, proof, origin) p;
	IF NOT done THEN
		RETURN;
	END IF;
	IF renew THEN
		codes := factor_codes(me.id);
	ELSE
		DELETE FROM admin_factor WHERE admin_id = me.id;
	END IF;
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
	VALUES (me.id, me.username, me.tenant_id, origin, CASE WHEN renew THEN 'factor.codes' ELSE 'factor.off' END);
END
$$;

-- As before, by password_again.
CREATE OR REPLACE FUNCTION session_password(hash bytea, idle int, lifetime int, old_proof bytea, new_setting text,
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
	SELECT p.done, p.seconds INTO done, seconds FROM password_again(me.id, old_proof, origin) p;
	IF NOT done THEN
		RETURN;
	END IF;
	UPDATE admin SET password_setting = new_setting, password_proof = new_proof, password_due = false
	WHERE admin.id = me.id;
	DELETE FROM session s WHERE s.admin_id = me.id AND s.token_hash <> hash;
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action)
	VALUES (me.id, me.username, me.tenant_id, origin, 'password.change');
END
$$;

-- Switches it off for another administrator whose password the session may set
-- (session_admin_other), and who has lost telephone and codes.
CREATE FUNCTION session_admin_factor_off(hash bytea, idle int, lifetime int, wanted bigint, origin text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH other AS (
		SELECT * FROM session_admin_other(hash, idle, lifetime, wanted)
	), gone AS (
		DELETE FROM admin_factor f USING other WHERE f.admin_id = other.id RETURNING 1
	), noted AS (
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
		SELECT me.id, me.username, other.tenant_id, origin, 'factor.off', jsonb_build_object('username', other.username)
		FROM session_admin(hash, idle, lifetime) me, other WHERE EXISTS (SELECT FROM gone)
	)
	SELECT EXISTS (SELECT FROM gone)
$$;

-- --- who asks ------------------------------------------------------------------

DROP FUNCTION session_find(bytea, int, int);
-- Who it is, the tenants in scope, whether the password is to be changed first, and whether
-- there is a second factor.  A session is marked as used at most every ten seconds, so that
-- most requests write nothing.
CREATE FUNCTION session_find(hash bytea, idle int, lifetime int)
RETURNS TABLE (admin_id bigint, username text, language text, root boolean, rights text[],
	tenant_id int, tenant_name text, scope int[], password_due boolean, factor boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	UPDATE session s SET seen_at = now()
	WHERE s.token_hash = hash AND s.seen_at < now() - interval '10 seconds'
		AND session_end(s, idle, lifetime) > now();

	SELECT a.id, a.username, a.language, a.root, a.rights, t.id, t.name,
		CASE WHEN t.id IS NOT NULL THEN ARRAY[t.id]
		ELSE coalesce((SELECT array_agg(every.id ORDER BY every.id) FROM tenant every), '{}') END,
		a.password_due, factor_on(a.id)
	FROM session s
	JOIN admin a ON a.id = s.admin_id AND NOT a.disabled
	LEFT JOIN tenant t ON t.id = CASE WHEN a.root THEN s.tenant_id ELSE a.tenant_id END
	WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now();
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['totp(bytea, bigint, int)', 'random_code(int)', 'secret_base32(bytea)', 'factor_take(bigint, text)',
	    'factor_on(bigint)', 'signin_try(text, text, bytea, text)', 'session_wait(bytea, bigint, bytea)',
	    'session_code(bytea, text, bytea, bytea, int, int, text, text)', 'session_factor(bytea, int, int)',
	    'session_factor_start(bytea, int, int)', 'factor_codes(bigint)',
	    'session_factor_confirm(bytea, int, int, text, text)', 'password_again(bigint, bytea, text)',
	    'session_factor_change(bytea, int, int, bytea, boolean, text)',
	    'session_admin_factor_off(bytea, int, int, bigint, text)', 'session_find(bytea, int, int)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_signin', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
		IF one::text ~ '^(session|signin)_' THEN
			EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_web', one);
		END IF;
	END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
