-- The list of users just after a large import costs little more than before it.
--
-- Making the keys of 100,000 users with their indexes takes 2 to 3 s; until then each page computed their
-- keys, 0.15 s of the processor a page.  So where many are marked, workers first note what the list is
-- sorted by unless another order is asked for: the names, sorted, in one row for a thousand ids.  That takes
-- a fifteenth of the time.  The first rows of a list are among the first names of each thousand.

CREATE TABLE user_order_note (
	tenant_id int NOT NULL,
	thousand bigint NOT NULL,
	n bigint NOT NULL,			-- users with these ids, marked or not
	first_ids bigint[] NOT NULL,		-- the first 50 of those below
	first_names text[] COLLATE "C" NOT NULL,
	ids bigint[] NOT NULL,			-- of the users who are marked, sorted by name and id
	names text[] COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant_id, thousand)
) WITH (toast_tuple_target = 8160);
COMMENT ON TABLE user_order_note IS 'Names of users whose keys of lists are not made yet';
-- Not packed, as they are read soon and seldom; the first of them stay in the row.
ALTER TABLE user_order_note ALTER ids SET STORAGE EXTERNAL, ALTER names SET STORAGE EXTERNAL,
	ALTER first_ids SET STORAGE MAIN, ALTER first_names SET STORAGE MAIN;

ALTER TABLE user_search_stale ADD listed boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN user_search_stale.listed IS 'The names of all with an id from low to high are in user_order_note';

DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_search;
ALTER TABLE user_order_note ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON user_order_note USING (tenant_id = ANY ((SELECT scope())::int[]));
CREATE POLICY search ON user_order_note TO rollcall_search USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON user_order_note TO rollcall_search;
GRANT SELECT ON user_order_note TO rollcall_web, rollcall_worker;
GRANT SELECT (listed) ON user_search_stale TO rollcall_web, rollcall_worker;

-- Takes the marks of up to `most` thousands of ids that lack a step ('listed', 'noted', 'ordered'), and sets one
-- mark for each thousand again, with that step done; the caller does it, for all users of that mark.  All marks of a
-- thousand become one: else two of them would seem to speak of the users between them.  Marks that
-- are set meanwhile stay beside it, and count more.
CREATE FUNCTION mark_take(step text, most int) RETURNS user_search_stale[]
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
	WITH chosen AS (
		SELECT DISTINCT tenant_id, low / 1000 AS thousand
		FROM (SELECT tenant_id, low FROM user_search_stale
			WHERE NOT CASE step WHEN 'listed' THEN listed OR ordered WHEN 'noted' THEN noted ELSE ordered END
			LIMIT most) t
	), gone AS (
		DELETE FROM user_search_stale t USING chosen c
		WHERE t.tenant_id = c.tenant_id AND t.low / 1000 = c.thousand RETURNING t.*
	), kept AS (
		INSERT INTO user_search_stale (tenant_id, low, high, listed, noted, ordered)
		SELECT tenant_id, min(low), max(high), step = 'listed' OR step <> 'ordered' AND bool_and(listed),
			step = 'noted' OR bool_and(noted), step = 'ordered' OR bool_and(ordered)
		FROM gone GROUP BY tenant_id, low / 1000
		RETURNING *
	)
	SELECT array_agg(kept::user_search_stale) FROM kept
$$;

-- Whether so many thousands of ids lack a step that it is worth while: of a few what comes after it is made as fast.
CREATE FUNCTION mark_many(step text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET jit = off
AS $$
	SELECT count(*) > 5 FROM (
		SELECT DISTINCT tenant_id, low / 1000
		FROM (SELECT tenant_id, low FROM user_search_stale
			WHERE NOT CASE step WHEN 'listed' THEN listed OR ordered ELSE noted END LIMIT 100) t
	) few
$$;

-- Each of these does a step for some who are marked; false where there are no such.

-- Notes the names of users who are marked, where they are many.
CREATE FUNCTION list_refresh() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
	taken user_search_stale[];
BEGIN
	IF NOT mark_many('listed') AND NOT EXISTS (SELECT FROM user_search_stale WHERE listed) THEN
		RETURN false;
	END IF;
	taken := mark_take('listed', 100);
	IF taken IS NULL THEN
		RETURN false;
	END IF;
	DELETE FROM user_order_note b USING unnest(taken) t WHERE b.tenant_id = t.tenant_id AND b.thousand = t.low / 1000;
	INSERT INTO user_order_note (tenant_id, thousand, n, first_ids, first_names, ids, names)
	SELECT t.tenant_id, t.low / 1000, (SELECT count(*) FROM users u WHERE u.tenant_id = t.tenant_id
			AND u.id BETWEEN t.low / 1000 * 1000 AND t.low / 1000 * 1000 + 999),
		b.ids[:50], b.names[:50], b.ids, b.names
	FROM unnest(taken) t
	CROSS JOIN LATERAL (
		SELECT coalesce(array_agg(user_id), '{}') AS ids, coalesce(array_agg(name), '{}') AS names
		FROM (SELECT user_id, name FROM user_order_now n
			WHERE n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high ORDER BY name, user_id) sorted
	) b;
	RETURN true;
END
$$;

-- The same with their texts, for the search.
CREATE OR REPLACE FUNCTION note_refresh() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
	taken user_search_stale[];
BEGIN
	IF NOT mark_many('noted') THEN
		RETURN false;
	END IF;
	taken := mark_take('noted', 10);
	DELETE FROM user_search_note n USING unnest(taken) t
	WHERE n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high;
	INSERT INTO user_search_note (tenant_id, user_id, text)
	SELECT n.tenant_id, n.user_id, n.text
	FROM unnest(taken) t
	JOIN user_search_now n ON n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high;
	RETURN true;
END
$$;

-- Makes keys and counts.
CREATE OR REPLACE FUNCTION order_refresh() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
	taken constant user_search_stale[] := mark_take('ordered', 10);
BEGIN
	DELETE FROM user_order o USING unnest(taken) t
	WHERE o.tenant_id = t.tenant_id AND o.user_id BETWEEN t.low AND t.high
		AND NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = o.tenant_id AND u.id = o.user_id);
	INSERT INTO user_order AS o
	SELECT n.* FROM unnest(taken) t
	JOIN user_order_now n ON n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high
	ON CONFLICT (tenant_id, user_id) DO UPDATE
	SET (name, firstname, lastname, email, username, exten, code, protocol, context_id, enabled)
		= (excluded.name, excluded.firstname, excluded.lastname, excluded.email, excluded.username,
			excluded.exten, excluded.code, excluded.protocol, excluded.context_id, excluded.enabled)
		WHERE o IS DISTINCT FROM excluded;
	DELETE FROM user_count c USING unnest(taken) t
	WHERE c.tenant_id = t.tenant_id AND c.thousand = t.low / 1000;
	INSERT INTO user_count (tenant_id, thousand, context_id, protocol, enabled, number, login, n)
	SELECT t.tenant_id, t.low / 1000, coalesce(o.context_id, 0), coalesce(o.protocol, ''), o.enabled,
		o.exten IS NOT NULL, o.username IS NOT NULL, count(*)
	FROM unnest(taken) t
	JOIN user_order o ON o.tenant_id = t.tenant_id
		AND o.user_id BETWEEN t.low / 1000 * 1000 AND t.low / 1000 * 1000 + 999
	GROUP BY 1, 2, 3, 4, 5, 6, 7;
	DELETE FROM user_order_note b USING unnest(taken) t WHERE b.tenant_id = t.tenant_id AND b.thousand = t.low / 1000;
	RETURN taken IS NOT NULL;
END
$$;

-- Makes what is missing for some who are marked, what is asked for most first; false where nobody is, or
-- another worker is at it.
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
	IF list_refresh() OR note_refresh() OR order_refresh() THEN
		RETURN true;
	END IF;
	-- The texts with their index: these marks are done.
	WITH gone AS (
		DELETE FROM user_search_stale t USING (SELECT tenant_id, id FROM user_search_stale WHERE ordered LIMIT 3) c
		WHERE t.tenant_id = c.tenant_id AND t.id = c.id RETURNING t.*
	)
	SELECT array_agg(gone::user_search_stale) INTO taken FROM gone;
	DELETE FROM user_search s USING unnest(taken) t
	WHERE s.tenant_id = t.tenant_id AND s.user_id BETWEEN t.low AND t.high
		AND NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = s.tenant_id AND u.id = s.user_id);
	INSERT INTO user_search AS s (tenant_id, user_id, text)
	SELECT n.tenant_id, n.user_id, n.text
	FROM unnest(taken) t
	JOIN user_search_now n ON n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high
	WHERE NOT t.noted
	UNION ALL
	SELECT n.tenant_id, n.user_id, n.text
	FROM unnest(taken) t
	JOIN user_search_note n ON n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high
	WHERE t.noted
	ON CONFLICT (tenant_id, user_id) DO UPDATE SET text = excluded.text WHERE s.text <> excluded.text;
	DELETE FROM user_search_note n USING unnest(taken) t
	WHERE n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high;
	RETURN taken IS NOT NULL;
END
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['mark_take(text, int)', 'mark_many(text)', 'list_refresh()']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_search', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
	END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM rollcall_search;

-- Whose texts were noted before are noted again: there may be several marks of a thousand.
SET LOCAL ROLE rollcall_search;
UPDATE user_search_stale SET noted = false WHERE noted;
DELETE FROM user_search_note;
RESET ROLE;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
