-- Lists that a search or a filter narrows, of a million users.
--
-- Who is in such a list is told by the keys of the lists (user_order, which gets what filters
-- ask for), by memberships and by the texts of the search; a page of it is found without
-- looking at all of them (users_narrowed), and how many they are is counted up to 10,000, or
-- by thousands of ids.  Searches for one or two letters have an index too.

ALTER TABLE user_order ADD enabled boolean NOT NULL DEFAULT true;
CREATE INDEX user_order_disabled ON user_order (tenant_id, user_id) WHERE NOT enabled;
CREATE INDEX user_order_context ON user_order (tenant_id, context_id, user_id);
CREATE INDEX user_label_label ON user_label (tenant_id, label_id, user_id);
CREATE INDEX user_call_permission_permission ON user_call_permission (tenant_id, call_permission_id, user_id);
-- What of a text the index of short words does not see.
CREATE INDEX user_search_wide ON user_search (tenant_id) WHERE text ~ '[^ -~\n]';

DROP TABLE user_count;
CREATE TABLE user_count (
	tenant_id int NOT NULL,
	thousand bigint NOT NULL,
	context_id bigint NOT NULL,		-- 0: without a phone
	protocol text NOT NULL,			-- '': the same
	enabled boolean NOT NULL,
	number boolean NOT NULL,		-- has one
	login boolean NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (tenant_id, thousand, context_id, protocol, enabled, number, login)
);
COMMENT ON TABLE user_count IS 'How many users there are, by thousands of ids and what filters ask for';

DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_search;
ALTER TABLE user_count ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON user_count USING (tenant_id = ANY ((SELECT scope())::int[]));
CREATE POLICY search ON user_count TO rollcall_search USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON user_count TO rollcall_search;
GRANT SELECT ON user_count TO rollcall_web, rollcall_worker;
GRANT SELECT (enabled, uuid, email_key, username_key) ON users TO rollcall_search;
GRANT SELECT (account) ON line TO rollcall_search;
GRANT SELECT (tenant_id, id, name) ON context, call_permission TO rollcall_search;
GRANT SELECT (tenant_id, user_id, call_permission_id) ON user_call_permission TO rollcall_search;
GRANT SELECT (job_id, tenant_id, user_id) ON job_row TO rollcall_search;
GRANT SELECT (id, name) ON tenant TO rollcall_search;
CREATE POLICY search ON tenant FOR SELECT TO rollcall_search USING (true);
CREATE POLICY search ON context FOR SELECT TO rollcall_search USING (true);
CREATE POLICY search ON call_permission FOR SELECT TO rollcall_search USING (true);
CREATE POLICY search ON user_call_permission FOR SELECT TO rollcall_search USING (true);
CREATE POLICY search ON job_row FOR SELECT TO rollcall_search USING (true);
GRANT USAGE ON SCHEMA sip TO rollcall_search;
CREATE POLICY search ON sip.location FOR SELECT TO rollcall_search USING (true);
GRANT SELECT (tenant_id, line_id, account, expires) ON sip.location TO rollcall_search;

-- --- keys and counts ----------------------------------------------------------

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

-- --- conditions ---------------------------------------------------------------

-- That `text` has all of the words: one condition for each, since an index answers no list
-- of them.
--
-- The index holds three letters at a time.  `indexed`: a word of one or two is looked for with
-- whatever may stand beside it, in some patterns of no more than 128 such threes; letters that
-- are not in ASCII are too many for that, and texts with such have an index of their own.  Where
-- many texts have the word, looking at them one after the other finds enough sooner: that is
-- tried with a part of the texts.
CREATE FUNCTION search_texts(words text[], indexed boolean) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	word text;
	condition text;
	frequent boolean;
	conditions text[] := '{}';
BEGIN
	FOREACH word IN ARRAY words LOOP
		condition := format('text LIKE %L', '%' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%');
		IF indexed AND word ~ '^[a-z0-9]{1,2}$' THEN
			EXECUTE format('SELECT count(*) >= 100 FROM (
				SELECT text FROM user_search WHERE tenant_id = ANY ($1) LIMIT 2000) sample WHERE %s', condition)
				INTO frequent USING scope();
			IF NOT frequent THEN
				condition := format('(%s OR text ~ ''[^ -~\n]'' AND %s)', (
					SELECT string_agg(format('text ~ %L', pattern), ' OR ')
					FROM unnest(CASE length(word) WHEN 2 THEN ARRAY[word || '[ -~\n]'] ELSE ARRAY(
						SELECT format('%s[%s][ -~\n]', word, beside)
						FROM unnest('{abc,def,ghi,jkl,mno,pqr,stu,vwx,yz0,123,456,789}'::text[]) AS beside
						UNION ALL
						SELECT format('[ -~\n]%s[ -/:-`{-~\n]', word)) END) AS pattern), condition);
			END IF;
		END IF;
		conditions := conditions || condition;
	END LOOP;
	RETURN nullif(array_to_string(conditions, ' AND '), '');
END
$$;

-- That the query has a row: asked of one user by himself, whatever the planner thinks, or as a set.
CREATE FUNCTION users_member(query text, alone boolean) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
	SELECT CASE WHEN alone THEN format('coalesce((SELECT true FROM %s LIMIT 1), false)', query)
		ELSE format('EXISTS (SELECT FROM %s)', query) END
$$;

-- A condition on a user `o` (user_order, or user_order_now) for each member of the filter
-- (users_filtered, sql/views) but the search.  "=COLUMN" is what a column must be exactly, but for
-- the case of e-mail and login.  `alone`: users_member.  `plain`: only
-- those that are about the keys themselves, or only the others; null for all.
CREATE FUNCTION users_conditions(filter jsonb, alone boolean, plain boolean) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT coalesce(string_agg(condition, ' AND '), 'true')
	FROM (
		SELECT CASE key
			WHEN 'enabled' THEN CASE value WHEN 'yes' THEN 'o.enabled' ELSE 'NOT o.enabled' END
			WHEN 'protocol' THEN format('o.protocol = %L', value)
			WHEN 'context' THEN format('o.context_id = ANY (%L::bigint[])', ARRAY(
				SELECT id FROM context WHERE tenant_id = ANY (scope()) AND name = value))
			WHEN 'without' THEN CASE value WHEN 'login' THEN 'o.username IS NULL' ELSE 'o.exten IS NULL' END
			WHEN 'label' THEN users_member(format('user_label m WHERE m.tenant_id = o.tenant_id AND m.user_id = o.user_id
				AND m.label_id = ANY (%L::bigint[])', ARRAY(
				SELECT id FROM label WHERE tenant_id = ANY (scope()) AND name = value)), alone)
			WHEN 'permission' THEN users_member(format('user_call_permission m
				WHERE m.tenant_id = o.tenant_id AND m.user_id = o.user_id
				AND m.call_permission_id = ANY (%L::bigint[])', ARRAY(
				SELECT id FROM call_permission WHERE tenant_id = ANY (scope()) AND name = value)), alone)
			-- Its rows have no index of users: they are kept as a set.
			WHEN 'job' THEN format(CASE WHEN alone THEN '(%s) IS TRUE' ELSE '%s' END, format('(o.tenant_id, o.user_id) IN (
				SELECT m.tenant_id, m.user_id FROM job_row m WHERE m.job_id = %L)', value::int))
			WHEN 'phones' THEN 'o.enabled AND o.protocol <> ''sccp'' AND NOT ' || users_member('line l
				JOIN sip.location r ON r.tenant_id = l.tenant_id AND r.line_id = l.id AND r.account = l.account
				WHERE l.tenant_id = o.tenant_id AND l.user_id = o.user_id
				AND r.expires > now() AT TIME ZONE ''UTC''', alone)
			WHEN 'users' THEN format('EXISTS (SELECT FROM users u WHERE u.tenant_id = o.tenant_id
				AND u.id = o.user_id AND u.uuid = ANY (%L::uuid[]))', ARRAY(
				SELECT jsonb_array_elements_text(filter -> 'users')))
			WHEN '=exten' THEN format('o.exten = %L', lpad(length(value)::text, 3, '0') || value)
			WHEN '=uuid' THEN format('EXISTS (SELECT FROM users u WHERE u.tenant_id = o.tenant_id
				AND u.id = o.user_id AND u.uuid = %L)', value)
			-- The keys are without case and accents.
			ELSE concat_ws(' AND ', CASE WHEN key <> '=mobile_phone_number' THEN
					format('o.%I = %L', substr(key, 2), search_key(value)) END,
				format('(SELECT %s = %L FROM users u WHERE u.tenant_id = o.tenant_id AND u.id = o.user_id)',
					CASE key WHEN '=email' THEN 'u.email_key' WHEN '=username' THEN 'u.username_key'
						ELSE format('u.%I', substr(key, 2)) END,
					CASE WHEN key IN ('=email', '=username') THEN lower(value) ELSE value END))
			END AS condition
		FROM jsonb_each_text(filter)
		WHERE key <> 'search'
			AND plain IS DISTINCT FROM (key <> ALL ('{enabled,protocol,context,without,=exten}'))
	) each
$$;

-- The query of the users ($1: of these tenants) whom a filter lets through.  `texts` are the
-- conditions of its search, for texts with an index and without, null for none.  Who is
-- marked is looked at as he is now.
CREATE FUNCTION users_query(filter jsonb, texts text[]) RETURNS text
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
			SELECT tenant_id, low / 1000 AS thousand, min(low) AS low, max(high) AS high FROM user_search_stale
			WHERE tenant_id = ANY ($1) %s GROUP BY tenant_id, low / 1000
		)
		%s AND NOT EXISTS (SELECT FROM marked t WHERE t.tenant_id = o.tenant_id
			AND t.thousand = o.user_id / 1000 AND o.user_id BETWEEN t.low AND t.high)
		UNION ALL (%s)', CASE WHEN texts IS NULL THEN 'AND NOT ordered' ELSE '' END, made,
		concat_ws(' INTERSECT ', CASE WHEN texts IS NOT NULL THEN format(now, 'user_search_now', texts[2]) END,
			CASE WHEN keys THEN format(now, 'user_order_now', conditions) END));
END
$$;

-- The conditions of a filter's search; null where nothing is searched for.  What looks like a
-- number in groups may be several numbers: where nobody has the one, it is those.  A mobile
-- number is found by its text.
CREATE FUNCTION users_texts(filter jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET jit = off
AS $$
DECLARE
	words text[] := coalesce(search_words(filter ->> 'search', false), '{}');
	apart constant text[] := coalesce(search_words(filter ->> 'search', true), '{}');
	found boolean;
BEGIN
	IF words <> apart THEN
		EXECUTE format('SELECT EXISTS (%s)', users_query('{}', ARRAY[search_texts(words, true), search_texts(words, false)]))
			INTO found USING scope();
		IF NOT found THEN
			words := apart;
		END IF;
	END IF;
	IF filter ? '=mobile_phone_number' THEN
		words := words || search_key(filter ->> '=mobile_phone_number');
	END IF;
	IF words <> '{}' THEN
		RETURN ARRAY[search_texts(words, true), search_texts(words, false)];
	END IF;
	RETURN NULL;
END
$$;

-- For a query of users_query.  What is rare is looked up in the index: the planner may not look
-- into the texts to find out what is rare, as rows of them are kept from others (row level
-- security).  Who is marked is looked at one by one: of what has just been stored the
-- planner knows nothing.
CREATE FUNCTION users_query_enter(query text) RETURNS void
LANGUAGE sql
AS $$
	SELECT set_config('enable_seqscan', 'off', true) WHERE query LIKE '%text ~ %' OR query LIKE 'WITH marked%';
	SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
	WHERE query LIKE 'WITH marked%';
$$;

-- The users whom a filter lets through, as ids.
DROP FUNCTION IF EXISTS users_chosen(jsonb);
CREATE FUNCTION users_chosen(filter jsonb) RETURNS TABLE (tenant_id int, user_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1000
SET work_mem = '64MB' SET jit = off SET enable_seqscan = on SET enable_hashjoin = on SET enable_mergejoin = on
AS $$
DECLARE
	chosen constant text := users_query(filter, users_texts(filter));
BEGIN
	PERFORM users_query_enter(chosen);
	RETURN QUERY EXECUTE chosen USING scope();
END
$$;

CREATE OR REPLACE FUNCTION users_found(wanted text) RETURNS TABLE (tenant_id int, user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 100
AS $$
	SELECT tenant_id, user_id FROM users_chosen(jsonb_build_object('search', wanted))
$$;
DROP FUNCTION search_condition(text[]);

-- A page of the users whom a filter lets through, as users_page (sql/views) has it of all.
-- The first row, of place 0 and nobody, says how many there are; `more`: there are
-- more than that, and they were not counted, as who asks did not want it to be `exact`.
--
-- Up to 10,000 are found and sorted.  Of more the page is found by walking along the sorted
-- keys, until enough were let through; where that takes too long, all are sorted.
CREATE FUNCTION users_narrowed(filter jsonb, sorted text, descending boolean, named boolean,
	wanted bigint, skipped bigint, exact boolean)
RETURNS TABLE (place bigint, tenant_id int, user_id bigint, total bigint, more boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 50
SET work_mem = '64MB' SET jit = off SET enable_hashjoin = on SET enable_mergejoin = on SET enable_seqscan = on
AS $$
DECLARE
	texts constant text[] := users_texts(filter);
	-- Of short words there are fewer, as each text is compared with all that may stand beside.
	most constant bigint := CASE WHEN EXISTS (SELECT FROM unnest(search_words(filter ->> 'search', true)) AS word
		WHERE length(word) = 1) THEN 1000 ELSE 10000 END;
	marked constant boolean := EXISTS (SELECT FROM user_search_stale t
		WHERE t.tenant_id = ANY (scope()) AND (texts IS NOT NULL OR NOT t.ordered));
	chosen text := users_query(filter, texts);
	tenants int[];
	ids bigint[];
	onward constant text := CASE WHEN descending THEN 'DESC' ELSE 'ASC' END;
BEGIN
	more := false;
	IF filter = '{}' THEN
		RETURN QUERY SELECT 0::bigint, NULL::int, NULL::bigint, users_total(), false;
		RETURN QUERY SELECT p.place, p.tenant_id, p.user_id, NULL::bigint, false
		FROM users_page(sorted, descending, named, wanted, skipped) p;
		RETURN;
	END IF;
	PERFORM users_query_enter(chosen);
	EXECUTE format('SELECT coalesce(array_agg(c.tenant_id), ''{}''), coalesce(array_agg(c.user_id), ''{}'')
		FROM (SELECT * FROM (%s) c LIMIT %s) c', chosen, most + 1) INTO tenants, ids USING scope();
	total := cardinality(ids);
	IF total > most THEN
		total := users_counted(filter);
		IF total IS NULL AND exact THEN
			EXECUTE format('SELECT count(*) FROM (%s) c', chosen) INTO total USING scope();
		ELSIF total IS NULL THEN
			total := most;
			more := true;
		END IF;
		IF skipped >= total THEN
			RETURN QUERY SELECT 0::bigint, NULL::int, NULL::bigint, users_narrowed.total, users_narrowed.more;
			RETURN;
		END IF;
		IF NOT marked THEN
			SELECT array_agg(p.tenant_id ORDER BY p.place), array_agg(p.user_id ORDER BY p.place) INTO tenants, ids
			FROM users_walk(sorted, descending, named, wanted, skipped, total, users_conditions(filter, true, true),
				concat_ws(' AND ', nullif(users_conditions(filter, true, false), 'true'),
					CASE WHEN texts IS NOT NULL THEN format('(SELECT %s FROM user_search s
						WHERE s.tenant_id = o.tenant_id AND s.user_id = o.user_id)', texts[2]) END),
				CASE WHEN texts IS NOT NULL THEN 20000 + 4 * (skipped + wanted) END) p;
			IF cardinality(ids) = least(wanted, total - skipped) THEN
				RETURN QUERY SELECT 0::bigint, NULL::int, NULL::bigint, users_narrowed.total, users_narrowed.more;
				RETURN QUERY SELECT p.n, p.t, p.u, users_narrowed.total, users_narrowed.more
				FROM unnest(tenants, ids) WITH ORDINALITY AS p (t, u, n);
				RETURN;
			END IF;
		END IF;
	ELSE
		chosen := 'SELECT * FROM unnest($2, $3) AS c (tenant_id, user_id)';
	END IF;
	-- The keys are looked up, not read as a whole: these are a few of many.
	IF ids IS NOT NULL AND cardinality(ids) = total OR NOT filter ? 'job' THEN
		PERFORM set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);
	END IF;
	RETURN QUERY EXECUTE format('WITH chosen AS MATERIALIZED (%1$s)
		SELECT 0::bigint, NULL::int, NULL::bigint, $4, $5
		UNION ALL
		(SELECT row_number() OVER (ORDER BY key %2$s NULLS LAST, name, user_id), tenant_id, user_id, $4, $5
		FROM (
			SELECT o.tenant_id, o.user_id, %3$s AS key, %4$s AS name
			FROM chosen JOIN %5$s o USING (tenant_id, user_id)
			ORDER BY key %2$s NULLS LAST, name, user_id LIMIT %6$s OFFSET %7$s
		) page)',
		chosen, onward, users_key(sorted), coalesce(users_second_key(sorted, named), 'NULL::text'),
		CASE WHEN marked THEN 'user_order_now' ELSE 'user_order' END, wanted, skipped)
	USING scope(), tenants, ids, total, more;
END
$$;

-- How many users a filter lets through that asks only for what is counted; else null.
CREATE FUNCTION users_counted(filter jsonb) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET jit = off
AS $$
DECLARE
	marked constant boolean := EXISTS (SELECT FROM user_search_stale t WHERE t.tenant_id = ANY (scope()) AND NOT t.ordered);
	n bigint;
BEGIN
	IF marked OR EXISTS (SELECT FROM jsonb_object_keys(filter) AS key
			WHERE key <> ALL ('{context,protocol,enabled,without}')) THEN
		RETURN NULL;
	END IF;
	EXECUTE format('SELECT coalesce(sum(o.n), 0)::bigint FROM user_count o WHERE o.tenant_id = ANY ($1) AND %s',
		replace(replace(users_conditions(filter, false, NULL), 'o.username IS NULL', 'NOT o.login'),
			'o.exten IS NULL', 'NOT o.number')) INTO n USING scope();
	RETURN n;
END
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['order_refresh()', 'search_texts(text[], boolean)', 'users_conditions(jsonb, boolean, boolean)', 'users_query(jsonb, text[])',
			'users_texts(jsonb)', 'users_chosen(jsonb)', 'users_found(text)', 'users_counted(jsonb)',
			'users_narrowed(jsonb, text, boolean, boolean, bigint, bigint, boolean)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_search', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
	END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION users_chosen(jsonb), users_found(text),
	users_narrowed(jsonb, text, boolean, boolean, bigint, bigint, boolean)
	TO rollcall_web, rollcall_worker, rollcall_owner;
REVOKE CREATE ON SCHEMA public FROM rollcall_search;

-- All keys, counts and texts are made anew.
SET LOCAL ROLE rollcall_search;
DELETE FROM user_search_stale;
INSERT INTO user_search_stale (tenant_id, low, high)
SELECT tenant_id, min(id), max(id) FROM users GROUP BY tenant_id, id / 1000;
RESET ROLE;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
