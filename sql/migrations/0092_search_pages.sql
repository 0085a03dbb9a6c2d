-- Searches that many match, of a million users: pages of those who stand far down the list, or far in it, took up to 0.7 s.
--
-- A text of the search begins with the name as lists are sorted by it, so those who match are sorted without a look at
-- their keys; by other keys a page far in the list is found by passing over keys of others, and not by looking at their texts.
-- The API finds those whom it counts once.  A filter that lets all through costs nothing.

DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_search;

-- That `text` has all of the words: one condition for each, since an index answers no list
-- of them.
--
-- The index holds three letters at a time.  `indexed`: a word of one or two is looked for with
-- whatever may stand beside it, in some patterns of no more than 128 such threes; letters that
-- are not in ASCII are too many for that, and texts with such have an index of their own.  Where
-- many texts have the word, looking at them one after the other finds enough sooner: that is
-- tried with a part of the texts.  Of longer words that is so where most have it.
CREATE OR REPLACE FUNCTION search_texts(words text[], indexed boolean) RETURNS text
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
		ELSIF indexed THEN
			EXECUTE format('SELECT count(*) FILTER (WHERE %s) > count(*) / 2
				FROM user_search TABLESAMPLE SYSTEM (0.1) WHERE tenant_id = ANY ($1)', condition) INTO frequent USING scope();
			IF frequent THEN
				condition := format('(%s) IS TRUE', condition);
			END IF;
		END IF;
		conditions := conditions || condition;
	END LOOP;
	RETURN nullif(array_to_string(conditions, ' AND '), '');
END
$$;

-- The query of the users ($1: of these tenants) whom a filter lets through.  `texts` are the
-- conditions of its search, for texts with an index and without, null for none.  Who is
-- marked is looked at as he is now, or as he is noted.  With `named` each has his name, the key of lists, beside him: that is
-- where nobody is marked, and the beginning of a text (user_search_now, sql/views).
DROP FUNCTION users_query(jsonb, text[]);
CREATE FUNCTION users_query(filter jsonb, texts text[], named boolean DEFAULT false) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	conditions constant text := users_conditions(filter, false, NULL);
	marked constant boolean := EXISTS (SELECT FROM user_search_stale t
		WHERE t.tenant_id = ANY (scope()) AND (texts IS NOT NULL OR NOT t.ordered));
	-- With the texts alone there is nothing to ask of the keys.
	keys constant boolean := texts IS NULL OR conditions <> 'true';
	made constant text := format('SELECT o.tenant_id, o.user_id%s FROM %s WHERE o.tenant_id = ANY ($1) AND %s',
		CASE WHEN named THEN CASE WHEN keys THEN ', o.name' ELSE ', split_part(o.text, E''\n'', 2) AS name' END END, CASE
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

-- A page of the users whom a filter lets through, as users_page (sql/views) has it of all.
-- The first row, of place 0 and nobody, says how many there are; `more`: there are
-- more than that, and they were not counted, as who asks did not want it to be `exact`.
--
-- Up to 10,000 are found and sorted.  Of more the page is found by walking along the sorted keys, until enough were let
-- through, each asked for what the filter wants.  Of a search that takes a look at his text, 4 microseconds: where that would be done more
-- often than half of those who match, all of them are found, 2.5 each, and the keys of others passed over, 0.3 each.  Where a walk is
-- longer than they stand apart, they stand far down the list: all are found and sorted.  That takes no look at their keys, 4
-- each, where the query tells them (`told`), as a text begins with the name.
-- `wanted` is 0: they are only counted.  It is null: all after the first `skipped`, if they are no more than an
-- eighth of the scope, else nobody.
CREATE OR REPLACE FUNCTION users_narrowed(filter jsonb, sorted text, descending boolean, named boolean,
	wanted bigint, skipped bigint, exact boolean)
RETURNS TABLE (place bigint, tenant_id int, user_id bigint, total bigint, more boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 50
SET work_mem = '64MB' SET jit = off SET enable_hashjoin = on SET enable_mergejoin = on SET enable_seqscan = on
-- Pages of texts are in memory, mostly: to announce each takes a quarter of the time of reading it.
SET effective_io_concurrency = 0
AS $$
DECLARE
	texts text[];
	most bigint := 10000;
	marked boolean;
	told boolean;
	chosen text;
	find text;
	tenants int[];
	ids bigint[];
	names text[];
	-- Whether these are all.
	whole boolean := true;
	onward constant text := CASE WHEN descending THEN 'DESC' ELSE 'ASC' END;
	-- Of a search: one of so many users matches; so many match; so many keys are read until there are enough.
	apart float8;
	matching float8;
	walked float8;
	-- A filter that lets all through is none.
	everybody boolean;
	page_tenants int[];
	page_ids bigint[];
BEGIN
	more := false;
	IF filter = '{}' THEN
		total := users_total();
		RETURN QUERY SELECT 0::bigint, NULL::int, NULL::bigint, users_narrowed.total, false;
		RETURN QUERY SELECT p.place, p.tenant_id, p.user_id, NULL::bigint, false
		FROM users_walk(sorted, descending, named, wanted, skipped, total, 'true', '', NULL, NULL) p;
		RETURN;
	END IF;
	texts := users_texts(filter);
	-- Of short words there are fewer, as each text is compared with all that may stand beside.
	IF EXISTS (SELECT FROM unnest(search_words(filter ->> 'search', true)) AS word WHERE length(word) = 1) THEN
		most := 1000;
	END IF;
	IF wanted IS NULL THEN
		most := greatest(most, users_total() / 8);
	END IF;
	marked := EXISTS (SELECT FROM user_search_stale t
		WHERE t.tenant_id = ANY (scope()) AND (texts IS NOT NULL OR NOT t.ordered));
	told := texts IS NOT NULL AND NOT marked AND sorted IN ('id', 'name');
	chosen := users_query(filter, texts, told);
	PERFORM users_query_enter(chosen);
	find := format('SELECT coalesce(array_agg(c.tenant_id), ''{}''), coalesce(array_agg(c.user_id), ''{}''), %s
		FROM (SELECT * FROM (%s) c LIMIT $2) c', CASE WHEN told THEN 'array_agg(c.name)' ELSE 'NULL::text[]' END, chosen);
	EXECUTE find INTO tenants, ids, names USING scope(), most + 1;
	total := cardinality(ids);
	IF total > most THEN
		whole := false;
		IF texts IS NOT NULL AND NOT marked THEN
			-- As the first that were found are among their neighbours.
			SELECT greatest(sum(c.n), 1) / cardinality(ids) INTO apart
			FROM (SELECT DISTINCT one.tenant, one.id / 1000 AS thousand FROM unnest(tenants, ids) AS one (tenant, id)) found
			JOIN user_count c ON c.tenant_id = found.tenant AND c.thousand = found.thousand;
		END IF;
		total := users_counted(filter);
		IF total IS NULL AND exact THEN
			total := users_members(filter);
		END IF;
		IF total IS NULL AND exact AND apart >= 8 THEN
			EXECUTE find INTO tenants, ids, names USING scope(), NULL::bigint;
			whole := true;
			total := cardinality(ids);
		ELSIF total IS NULL AND exact THEN
			EXECUTE format('SELECT count(*) FROM (%s) c', chosen) INTO total USING scope();
		ELSIF total IS NULL THEN
			total := most;
			more := true;
		END IF;
		IF skipped >= total OR coalesce(wanted, 0) = 0 THEN
			more := more OR wanted IS NULL;
			RETURN QUERY SELECT 0::bigint, NULL::int, NULL::bigint, users_narrowed.total, users_narrowed.more;
			RETURN;
		END IF;
		everybody := NOT more AND total = users_total();
		matching := CASE WHEN more THEN users_total() / apart ELSE total END;
		walked := apart * CASE WHEN more THEN skipped + wanted ELSE least(skipped + wanted, total - skipped) END;
		IF NOT marked AND (texts IS NULL OR everybody OR NOT whole AND walked <= matching / 2) THEN
			SELECT array_agg(p.tenant_id ORDER BY p.place), array_agg(p.user_id ORDER BY p.place) INTO page_tenants, page_ids
			-- Where they were not counted nobody knows where the list ends.
			FROM users_walk(sorted, descending, named, wanted, skipped, CASE WHEN more THEN 2 * (skipped + wanted) ELSE total END,
				CASE WHEN everybody THEN 'true' ELSE users_conditions(filter, true, true) END,
				CASE WHEN everybody THEN '' ELSE concat_ws(' AND ', nullif(users_conditions(filter, true, false), 'true'),
					CASE WHEN texts IS NOT NULL THEN format('(SELECT %s FROM user_search s
						WHERE s.tenant_id = o.tenant_id AND s.user_id = o.user_id)', texts[2]) END) END,
				CASE WHEN texts IS NOT NULL AND NOT everybody THEN 5000 + 2 * walked::bigint END, NULL) p;
		ELSIF NOT marked AND NOT told AND cardinality(scope()) = 1 AND walked <= 12 * matching THEN
			IF NOT whole THEN
				EXECUTE find INTO tenants, ids, names USING scope(), NULL::bigint;
				whole := true;
			END IF;
			SELECT array_agg(p.tenant_id ORDER BY p.place), array_agg(p.user_id ORDER BY p.place) INTO page_tenants, page_ids
			FROM users_walk(sorted, descending, named, wanted, skipped, cardinality(ids), 'true',
				'(o.user_id IN (SELECT unnest($1))) IS TRUE', NULL, ids) p;
		END IF;
		IF cardinality(page_ids) = least(wanted, total - skipped) THEN
			RETURN QUERY SELECT 0::bigint, NULL::int, NULL::bigint, users_narrowed.total, users_narrowed.more;
			RETURN QUERY SELECT p.n, p.t, p.u, users_narrowed.total, users_narrowed.more
			FROM unnest(page_tenants, page_ids) WITH ORDINALITY AS p (t, u, n);
			RETURN;
		END IF;
	END IF;
	IF whole THEN
		chosen := 'SELECT c.tenant_id, c.user_id, c.name COLLATE "C" AS name FROM unnest($2, $3, $6) AS c (tenant_id, user_id, name)';
	END IF;
	-- The keys are looked up, not read as a whole: these are a few of many.
	IF whole OR NOT filter ? 'job' THEN
		PERFORM set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);
	END IF;
	RETURN QUERY EXECUTE format('WITH chosen AS MATERIALIZED (%1$s)
		SELECT 0::bigint, NULL::int, NULL::bigint, $4, $5
		UNION ALL
		(SELECT row_number() OVER (ORDER BY key %2$s NULLS LAST, name, user_id), tenant_id, user_id, $4, $5
		FROM (
			SELECT o.tenant_id, o.user_id, %3$s AS key, %4$s AS name
			FROM chosen %5$s
			ORDER BY key %2$s NULLS LAST, name, user_id LIMIT %6$s OFFSET %7$s
		) page)',
		chosen, onward, users_key(sorted), coalesce(users_second_key(sorted, named), 'NULL::text'),
		CASE WHEN told THEN 'o' ELSE format('JOIN %s o USING (tenant_id, user_id)', CASE WHEN marked THEN 'user_order_now' ELSE 'user_order' END) END,
		coalesce(wanted::text, 'ALL'), skipped)
	USING scope(), tenants, ids, total, more, names;
END
$$;

ALTER FUNCTION users_query(jsonb, text[], boolean) OWNER TO rollcall_search;
REVOKE ALL ON FUNCTION users_query(jsonb, text[], boolean) FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM rollcall_search;

-- It gets the ids that were found (sql/views).
DROP FUNCTION IF EXISTS users_walk(text, boolean, boolean, bigint, bigint, bigint, text, text, bigint);

-- All texts are made anew.
SET LOCAL ROLE rollcall_search;
UPDATE user_search_stale SET noted = false WHERE noted;
INSERT INTO user_search_stale (tenant_id, low, high, ordered)
SELECT tenant_id, min(id), max(id), true FROM users GROUP BY tenant_id, id / 1000;
RESET ROLE;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
