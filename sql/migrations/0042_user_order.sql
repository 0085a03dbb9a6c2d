-- The order of lists: what users are sorted by, kept beside the text of the search.
--
-- A page of a list is a few users of perhaps a million, by any of its columns.  The keys
-- are kept in a table of their own, each with an index, and not with the users: an import
-- would write eight more entries for each.  As with the search, triggers mark whom a change
-- concerns (user_search_stale) and workers make the keys when they have no job, before the
-- texts of the search, which take longer.  Who is marked is looked at as he is now
-- (users_page, sql/views), so a list always shows what was committed.
--
-- Texts are compared without case and accents (search_key), byte by byte.

CREATE TABLE user_order (
	tenant_id int NOT NULL,
	user_id bigint NOT NULL,
	name text COLLATE "C" NOT NULL,
	firstname text COLLATE "C" NOT NULL,
	lastname text COLLATE "C",
	email text COLLATE "C",
	username text COLLATE "C",
	exten text COLLATE "C",			-- its length, then itself: 9 comes before 10
	code int,
	protocol text COLLATE "C",
	context_id bigint,
	PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX user_order_name ON user_order (tenant_id, name, user_id);
CREATE INDEX user_order_firstname ON user_order (tenant_id, firstname, user_id);
CREATE INDEX user_order_lastname ON user_order (tenant_id, lastname, user_id);
CREATE INDEX user_order_email ON user_order (tenant_id, email, user_id);
CREATE INDEX user_order_username ON user_order (tenant_id, username, user_id);
CREATE INDEX user_order_exten ON user_order (tenant_id, exten, user_id);
CREATE INDEX user_order_code ON user_order (tenant_id, code, user_id);
CREATE INDEX user_order_protocol ON user_order (tenant_id, protocol, name, user_id);

-- How many users there are, by thousands of ids, contexts and protocols.
CREATE TABLE user_count (
	tenant_id int NOT NULL,
	thousand bigint NOT NULL,
	context_id bigint NOT NULL,		-- 0: without a phone
	protocol text NOT NULL,			-- '': the same
	n bigint NOT NULL,
	PRIMARY KEY (tenant_id, thousand, context_id, protocol)
);

-- A mark goes in two steps: once the keys are made only the text is old.
ALTER TABLE user_search_stale ADD ordered boolean NOT NULL DEFAULT false;

DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_search;
GRANT SELECT (protocol, context_id) ON line TO rollcall_search;
DO $$
DECLARE
	relation name;
BEGIN
	FOREACH relation IN ARRAY ARRAY['user_order', 'user_count'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', relation);
		EXECUTE format('CREATE POLICY scope ON %I USING (tenant_id = ANY ((SELECT scope())::int[]))', relation);
		EXECUTE format('CREATE POLICY search ON %I TO rollcall_search USING (true)', relation);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO rollcall_search', relation);
		EXECUTE format('GRANT SELECT ON %I TO rollcall_web, rollcall_worker', relation);
	END LOOP;
END
$$;
GRANT SELECT (tenant_id, low, high, ordered) ON user_search_stale TO rollcall_web, rollcall_worker;

-- Makes the keys of some thousands of those who are marked; false where all keys are made.
CREATE FUNCTION order_refresh() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
	taken user_search_stale[];
BEGIN
	WITH chosen AS (
		SELECT DISTINCT tenant_id, low / 1000 AS thousand
		FROM (SELECT tenant_id, low FROM user_search_stale WHERE NOT ordered LIMIT 20) t
	), gone AS (
		DELETE FROM user_search_stale t USING chosen c
		WHERE t.tenant_id = c.tenant_id AND t.low / 1000 = c.thousand AND NOT t.ordered RETURNING t.*
	), kept AS (
		INSERT INTO user_search_stale (tenant_id, low, high, ordered)
		SELECT tenant_id, min(low), max(high), true FROM gone GROUP BY tenant_id, low / 1000
		RETURNING *
	)
	SELECT array_agg(kept::user_search_stale) INTO taken FROM kept;
	DELETE FROM user_order o USING unnest(taken) t
	WHERE o.tenant_id = t.tenant_id AND o.user_id BETWEEN t.low AND t.high
		AND NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = o.tenant_id AND u.id = o.user_id);
	INSERT INTO user_order AS o
	SELECT n.* FROM unnest(taken) t
	JOIN user_order_now n ON n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high
	ON CONFLICT (tenant_id, user_id) DO UPDATE SET (name, firstname, lastname, email, username, exten, code, protocol, context_id)
		= (excluded.name, excluded.firstname, excluded.lastname, excluded.email, excluded.username,
			excluded.exten, excluded.code, excluded.protocol, excluded.context_id)
		WHERE o IS DISTINCT FROM excluded;
	DELETE FROM user_count c USING unnest(taken) t
	WHERE c.tenant_id = t.tenant_id AND c.thousand = t.low / 1000;
	INSERT INTO user_count (tenant_id, thousand, context_id, protocol, n)
	SELECT t.tenant_id, t.low / 1000, coalesce(o.context_id, 0), coalesce(o.protocol, ''), count(*)
	FROM unnest(taken) t
	JOIN user_order o ON o.tenant_id = t.tenant_id
		AND o.user_id BETWEEN t.low / 1000 * 1000 AND t.low / 1000 * 1000 + 999
	GROUP BY t.tenant_id, t.low / 1000, o.context_id, o.protocol;
	RETURN taken IS NOT NULL;
END
$$;

-- With the promise to change nothing it is put into queries as it stands, instead of being
-- called: unaccent promises no more.  A tenth of the time.
ALTER FUNCTION search_key(text) STABLE;

-- As before, once all keys are made.
CREATE OR REPLACE FUNCTION search_refresh() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
	taken user_search_stale[];
BEGIN
	IF NOT pg_try_advisory_xact_lock(7, 0) THEN
		RETURN false;
	END IF;
	IF order_refresh() THEN
		RETURN true;
	END IF;
	WITH chosen AS (
		SELECT DISTINCT tenant_id, low / 1000 AS thousand FROM (SELECT * FROM user_search_stale LIMIT 5) t
	), gone AS (
		DELETE FROM user_search_stale t USING chosen c
		WHERE t.tenant_id = c.tenant_id AND t.low / 1000 = c.thousand AND t.ordered RETURNING t.*
	)
	SELECT array_agg(one::user_search_stale) INTO taken FROM (
		SELECT tenant_id, min(id) AS id, min(low) AS low, max(high) AS high, true FROM gone GROUP BY tenant_id, low / 1000
	) one;
	DELETE FROM user_search s USING unnest(taken) t
	WHERE s.tenant_id = t.tenant_id AND s.user_id BETWEEN t.low AND t.high
		AND NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = s.tenant_id AND u.id = s.user_id);
	INSERT INTO user_search AS s (tenant_id, user_id, text)
	SELECT n.tenant_id, n.user_id, n.text
	FROM unnest(taken) t
	JOIN user_search_now n ON n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high
	ON CONFLICT (tenant_id, user_id) DO UPDATE SET text = excluded.text WHERE s.text <> excluded.text;
	RETURN taken IS NOT NULL;
END
$$;
ALTER FUNCTION order_refresh() OWNER TO rollcall_search;
REVOKE ALL ON FUNCTION order_refresh() FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM rollcall_search;

SET LOCAL ROLE rollcall_search;
INSERT INTO user_search_stale (tenant_id, low, high)
SELECT tenant_id, min(id), max(id) FROM users GROUP BY tenant_id, id / 1000;
RESET ROLE;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
