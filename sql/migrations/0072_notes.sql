-- A search just after a large import is fast too.
--
-- Indexing the texts of 100,000 users takes 5 to 8 s; until then a search made the text of each
-- anew, which takes 0.1 ms a user.  Making the texts alone takes a fifth of the time of the index, and reading
-- them without one 0.3 µs a user: so where many are marked, workers note their texts first
-- (user_search_note), then make the keys of lists, and then the index.

CREATE TABLE user_search_note (
	tenant_id int NOT NULL,
	user_id bigint NOT NULL,
	text text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant_id, user_id)
);
COMMENT ON TABLE user_search_note IS 'Texts of users that have no index yet';
ALTER TABLE user_search_stale ADD noted boolean NOT NULL DEFAULT false;

DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_search;
ALTER TABLE user_search_note ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON user_search_note USING (tenant_id = ANY ((SELECT scope())::int[]));
CREATE POLICY search ON user_search_note TO rollcall_search USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON user_search_note TO rollcall_search;

-- Notes the texts of users who are marked, where they are many: a few are indexed at once as fast.
-- False where there are no such.  What is noted stays marked, as the index does not have it.
CREATE FUNCTION note_refresh() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
	taken user_search_stale[];
BEGIN
	IF (SELECT count(*) FROM (SELECT DISTINCT tenant_id, low / 1000
			FROM (SELECT tenant_id, low FROM user_search_stale WHERE NOT noted LIMIT 100) t) few) <= 5 THEN
		RETURN false;
	END IF;
	WITH chosen AS (
		SELECT DISTINCT tenant_id, low / 1000 AS thousand
		FROM (SELECT tenant_id, low FROM user_search_stale WHERE NOT noted LIMIT 20) t
	), gone AS (
		DELETE FROM user_search_stale t USING chosen c
		WHERE t.tenant_id = c.tenant_id AND t.low / 1000 = c.thousand AND NOT t.noted RETURNING t.*
	), kept AS (
		INSERT INTO user_search_stale (tenant_id, low, high, ordered, noted)
		SELECT tenant_id, min(low), max(high), ordered, true FROM gone GROUP BY tenant_id, low / 1000, ordered
		RETURNING *
	)
	SELECT array_agg(kept::user_search_stale) INTO taken FROM kept;
	DELETE FROM user_search_note n USING unnest(taken) t
	WHERE n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high;
	INSERT INTO user_search_note (tenant_id, user_id, text)
	SELECT n.tenant_id, n.user_id, n.text
	FROM (SELECT tenant_id, min(low) AS low, max(high) AS high FROM unnest(taken) GROUP BY tenant_id, low / 1000) t
	JOIN user_search_now n ON n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high;
	RETURN true;
END
$$;

-- Keys and counts; a mark keeps whether its users are noted.
CREATE OR REPLACE FUNCTION order_refresh() RETURNS boolean
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
		INSERT INTO user_search_stale (tenant_id, low, high, ordered, noted)
		SELECT tenant_id, min(low), max(high), true, bool_and(noted) FROM gone GROUP BY tenant_id, low / 1000
		RETURNING *
	)
	SELECT array_agg(kept::user_search_stale) INTO taken FROM kept;
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
	RETURN taken IS NOT NULL;
END
$$;

-- Makes the texts of some who are marked; false where nobody is, or another worker is at it.
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
	IF note_refresh() OR order_refresh() THEN
		RETURN true;
	END IF;
	WITH chosen AS (
		SELECT DISTINCT tenant_id, low / 1000 AS thousand FROM (SELECT * FROM user_search_stale LIMIT 5) t
	), gone AS (
		DELETE FROM user_search_stale t USING chosen c
		WHERE t.tenant_id = c.tenant_id AND t.low / 1000 = c.thousand AND t.ordered RETURNING t.*
	)
	SELECT array_agg(one::user_search_stale) INTO taken FROM (
		SELECT tenant_id, min(id) AS id, min(low) AS low, max(high) AS high, true, bool_and(noted) FROM gone
		GROUP BY tenant_id, low / 1000
	) one;
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
	-- Who was marked again meanwhile may still be looked up in the notes.
	DELETE FROM user_search_note n USING unnest(taken) t
	WHERE n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high
		AND NOT EXISTS (SELECT FROM user_search_stale s WHERE s.tenant_id = t.tenant_id AND s.low / 1000 = t.low / 1000);
	RETURN taken IS NOT NULL;
END
$$;

-- The query of the users ($1: of these tenants) whom a filter lets through.  `texts` are the
-- conditions of its search, for texts with an index and without, null for none.  Who is
-- marked is looked at as he is now, or as he is noted.
CREATE OR REPLACE FUNCTION users_query(filter jsonb, texts text[]) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	conditions constant text := users_conditions(filter, false, NULL);
	marked constant boolean := EXISTS (SELECT FROM user_search_stale t
		WHERE t.tenant_id = ANY (scope()) AND (texts IS NOT NULL OR NOT t.ordered));
	-- With the texts alone there is nothing to ask of the keys.
	keys constant boolean := texts IS NULL OR conditions <> 'true';
	made constant text := format('SELECT o.tenant_id, o.user_id FROM %s WHERE o.tenant_id = ANY ($1) AND %s', CASE
		WHEN texts IS NULL THEN 'user_order o' WHEN keys THEN 'user_order o JOIN user_search s USING (tenant_id, user_id)'
		ELSE 'user_search o' END, concat_ws(' AND ', conditions, texts[1]));
	now constant text := 'SELECT o.tenant_id, o.user_id FROM marked t CROSS JOIN LATERAL (
		SELECT * FROM %s n WHERE n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high OFFSET 0) o WHERE %s';
BEGIN
	IF NOT marked THEN
		RETURN made;
	END IF;
	RETURN format('WITH marked AS MATERIALIZED (
			SELECT tenant_id, low / 1000 AS thousand, min(low) AS low, max(high) AS high, bool_and(noted) AS noted
			FROM user_search_stale
			WHERE tenant_id = ANY ($1) %s GROUP BY tenant_id, low / 1000
		)
		%s AND NOT EXISTS (SELECT FROM marked t WHERE t.tenant_id = o.tenant_id
			AND t.thousand = o.user_id / 1000 AND o.user_id BETWEEN t.low AND t.high)
		UNION ALL (%s)', CASE WHEN texts IS NULL THEN 'AND NOT ordered' ELSE '' END, made,
		concat_ws(' INTERSECT ', CASE WHEN texts IS NOT NULL THEN format(now, '(
				SELECT * FROM user_search_note WHERE t.noted UNION ALL SELECT * FROM user_search_now WHERE NOT t.noted)',
				texts[2]) END,
			CASE WHEN keys THEN format(now, 'user_order_now', conditions) END));
END
$$;

ALTER FUNCTION note_refresh() OWNER TO rollcall_search;
REVOKE ALL ON FUNCTION note_refresh() FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM rollcall_search;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
