-- Guesses count before they are tried, and lock nobody out.
--
-- A sign-in is slowed down by the failures of its account, from wherever they come, and
-- by those of its address: the first are free (5 and 20), then each doubles the wait, up
-- to a minute; an hour without one forgets them.  A pair of account and address that has
-- signed in within 30 days is known: its own failures alone slow it down.  So they do
-- with a pair that has waited as long as it was told to: who knows the password gets in
-- from a new address after a minute at most, however many guess meanwhile.
--
-- What is tried is counted under the locks of its rows: of a hundred guesses at the same
-- time as many are tried as of a hundred in a row.

GRANT CREATE ON SCHEMA public TO rollcall_signin;

ALTER TABLE throttle ADD free_at timestamptz;
COMMENT ON COLUMN throttle.free_at IS
	'of a pair that was told to wait: until when; for an hour from then on its own failures alone count';

-- How many seconds a sign-in of that name from that address has to wait; 0: none.
CREATE OR REPLACE FUNCTION throttle_wait(name text, origin text) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH pair AS (
		SELECT t.*, coalesce(t.known_at > now() - interval '30 days', false) AS known,
			extract(epoch FROM t.free_at - clock_timestamp()) AS seconds
		FROM throttle t
		WHERE t.account = throttle_account(name) AND t.address = throttle_address(origin) AND t.address <> ''
	), own AS (
		SELECT * FROM pair WHERE known OR seconds > -3600
	), delays AS (
		SELECT greatest(CASE WHEN NOT known THEN seconds END,
			throttle_delay((account, address, failures, failed_at, known_at, free_at)::throttle, 5)) AS seconds
		FROM own
		UNION ALL
		SELECT throttle_delay(t, 5) FROM throttle t
		WHERE t.account = throttle_account(name) AND t.address = '' AND NOT EXISTS (SELECT FROM own)
		UNION ALL
		SELECT throttle_delay(t, 20) FROM throttle t
		WHERE t.account = '' AND t.address = throttle_address(origin)
			AND t.address <> '' AND NOT EXISTS (SELECT FROM own WHERE known)
	)
	SELECT coalesce(ceil(greatest(max(seconds), 0)), 0)::int FROM delays;
$$;

-- What a password of the name is hashed with, and how long a sign-in from that address
-- has to wait before it is tried.  Who is told to wait is promised an end of it.
CREATE FUNCTION signin_ask(name text, origin text) RETURNS TABLE (setting text, seconds int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	seconds := throttle_wait(name, origin);
	IF seconds > 0 AND throttle_address(origin) <> '' THEN
		INSERT INTO throttle AS t (account, address, free_at)
		VALUES (throttle_account(name), throttle_address(origin), clock_timestamp() + make_interval(secs => seconds))
		ON CONFLICT (account, address) DO UPDATE SET free_at = excluded.free_at
		WHERE t.free_at IS NULL OR t.free_at < clock_timestamp() - interval '1 hour';
	END IF;
	setting := signin_setting(name);
	RETURN NEXT;
END
$$;

-- A sign-in that was right: the failures of its pair are forgotten, and no others, or
-- whoever guesses would gain by it; the pair is known.  True where that was worth
-- writing down: not for each of a script's requests.
CREATE OR REPLACE FUNCTION throttle_pass(name text, origin text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH pair AS (
		SELECT t.failures, t.known_at FROM throttle t
		WHERE t.account = throttle_account(name) AND t.address = coalesce(nullif(throttle_address(origin), ''), '-')
	), forgotten AS (
		UPDATE throttle t SET failures = greatest(0, t.failures - pair.failures) FROM pair
		WHERE t.account = throttle_account(name) AND t.address = '' AND pair.failures > 0
	), noted AS (
		INSERT INTO throttle AS t (account, address, known_at)
		SELECT throttle_account(name), coalesce(nullif(throttle_address(origin), ''), '-'), now()
		WHERE NOT EXISTS (SELECT FROM pair p WHERE p.failures = 0 AND p.known_at > now() - interval '1 hour')
		ON CONFLICT (account, address) DO UPDATE SET failures = 0, known_at = now(), free_at = NULL
		RETURNING 1
	)
	SELECT EXISTS (SELECT FROM noted);
$$;

-- Whether the pair has signed in within the hour and not failed since.
CREATE FUNCTION throttle_clean(name text, origin text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM throttle t
		WHERE t.account = throttle_account(name) AND t.address = throttle_address(origin) AND t.address <> ''
			AND t.failures = 0 AND t.known_at > now() - interval '1 hour')
$$;

-- Makes the rows that a sign-in is counted in, and locks them until the end of the
-- transaction; always in this order, so that no two wait for each other.
CREATE FUNCTION throttle_lock(name text, origin text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	INSERT INTO throttle AS t (account, address)
	VALUES (throttle_account(name), ''), ('', throttle_address(origin)),
		(throttle_account(name), coalesce(nullif(throttle_address(origin), ''), '-'))
	ON CONFLICT (account, address) DO UPDATE SET failures = t.failures;
$$;

-- Who signs in: a row with an id where the proof is right.  Without an id it is refused,
-- which is written down, or, where `seconds` is above 0, was not tried.  `noted` is true
-- where the sign-in is news, not for each of a script's requests; with `action` such news
-- is written down.
DROP FUNCTION signin_try(text, text, bytea, text);
CREATE FUNCTION signin_try(name text, origin text, proof bytea, action text)
RETURNS TABLE (id bigint, username text, tenant_id int, noted boolean, seconds int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	a admin;
	proved boolean;
BEGIN
	SELECT * INTO a FROM admin WHERE username_key = lower(name);
	proved := coalesce(a.password_proof = proof AND NOT a.disabled, false);
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
		noted := proved AND throttle_pass(name, origin);
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

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['signin_ask(text, text)', 'signin_try(text, text, bytea, text)',
	    'throttle_clean(text, text)', 'throttle_lock(text, text)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_signin', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
	END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION signin_ask(text, text), signin_try(text, text, bytea, text) TO rollcall_web;
-- These are asked through signin_ask.
REVOKE EXECUTE ON FUNCTION signin_setting(text), throttle_wait(text, text) FROM rollcall_web;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
