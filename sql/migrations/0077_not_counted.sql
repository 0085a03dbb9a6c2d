-- Pages of lists that nobody counted, and searches whose users stand far down.
--
-- Of more than 10,000 users that are not counted, pages after the 250th were read from the end of the list: how many are
-- counted was taken for how many there are.  Of a search that many match 5000 keys are looked at before all are
-- sorted: with 20,000 that was a quarter of the time.

DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;

-- A page of the users whom a filter lets through, as users_page (sql/views) has it of all.
-- The first row, of place 0 and nobody, says how many there are; `more`: there are
-- more than that, and they were not counted, as who asks did not want it to be `exact`.
--
-- Up to 10,000 are found and sorted.  Of more the page is found by walking along the sorted
-- keys, until enough were let through; where that takes too long, all are sorted.
CREATE OR REPLACE FUNCTION users_narrowed(filter jsonb, sorted text, descending boolean, named boolean,
	wanted bigint, skipped bigint, exact boolean)
RETURNS TABLE (place bigint, tenant_id int, user_id bigint, total bigint, more boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 50
SET work_mem = '64MB' SET jit = off SET enable_hashjoin = on SET enable_mergejoin = on SET enable_seqscan = on
AS $$
DECLARE
	texts text[];
	most bigint := 10000;
	marked boolean;
	chosen text;
	tenants int[];
	ids bigint[];
	onward constant text := CASE WHEN descending THEN 'DESC' ELSE 'ASC' END;
BEGIN
	more := false;
	IF filter = '{}' THEN
		total := users_total();
		RETURN QUERY SELECT 0::bigint, NULL::int, NULL::bigint, users_narrowed.total, false;
		RETURN QUERY SELECT p.place, p.tenant_id, p.user_id, NULL::bigint, false
		FROM users_walk(sorted, descending, named, wanted, skipped, total, 'true', '', NULL) p;
		RETURN;
	END IF;
	texts := users_texts(filter);
	-- Of short words there are fewer, as each text is compared with all that may stand beside.
	IF EXISTS (SELECT FROM unnest(search_words(filter ->> 'search', true)) AS word WHERE length(word) = 1) THEN
		most := 1000;
	END IF;
	marked := EXISTS (SELECT FROM user_search_stale t
		WHERE t.tenant_id = ANY (scope()) AND (texts IS NOT NULL OR NOT t.ordered));
	chosen := users_query(filter, texts);
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
			-- Where they were not counted nobody knows where the list ends.
			FROM users_walk(sorted, descending, named, wanted, skipped, CASE WHEN more THEN 2 * (skipped + wanted) ELSE total END,
				users_conditions(filter, true, true),
				concat_ws(' AND ', nullif(users_conditions(filter, true, false), 'true'),
					CASE WHEN texts IS NOT NULL THEN format('(SELECT %s FROM user_search s
						WHERE s.tenant_id = o.tenant_id AND s.user_id = o.user_id)', texts[2]) END),
				CASE WHEN texts IS NOT NULL THEN 5000 + 4 * (skipped + wanted) END) p;
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
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
