-- How many users the scope has.  Thousands of ids without a marked user are counted already, and those
-- whose names are noted.
CREATE OR REPLACE FUNCTION users_total() RETURNS bigint
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM user_search_stale s WHERE s.tenant_id = ANY (scope()) AND NOT s.ordered) THEN
		RETURN (SELECT coalesce(sum(n), 0) FROM user_count c WHERE c.tenant_id = ANY (scope()));
	END IF;
	RETURN (
		WITH stale AS MATERIALIZED (
			SELECT tenant_id, low / 1000 AS thousand, bool_and(listed) AS listed FROM user_search_stale
			WHERE tenant_id = ANY (scope()) AND NOT ordered GROUP BY tenant_id, low / 1000
		)
		SELECT (SELECT coalesce(sum(n), 0) FROM user_count c WHERE c.tenant_id = ANY (scope()) AND NOT EXISTS (
				SELECT FROM stale s WHERE s.tenant_id = c.tenant_id AND s.thousand = c.thousand))
			+ (SELECT coalesce(sum(b.n), 0) FROM stale s
				JOIN user_order_note b ON b.tenant_id = s.tenant_id AND b.thousand = s.thousand WHERE s.listed)
			+ (SELECT coalesce(sum((SELECT count(*) FROM users u WHERE u.tenant_id = s.tenant_id
				AND u.id BETWEEN s.thousand * 1000 AND s.thousand * 1000 + 999)), 0) FROM stale s WHERE NOT s.listed));
END
$$;

-- What a list is sorted by, of a user `o` of user_order.
CREATE OR REPLACE FUNCTION users_key(sorted text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
	SELECT CASE sorted
		WHEN 'id' THEN 'o.user_id'
		WHEN 'entity_id' THEN 'o.tenant_id'
		WHEN 'entity' THEN '(SELECT search_key(e.name) COLLATE "C" FROM tenant e WHERE e.id = o.tenant_id)'
		ELSE format('o.%I', sorted) END
$$;

-- What users with the same key are sorted by, where not by the id alone: keys that many share.
CREATE OR REPLACE FUNCTION users_second_key(sorted text, named boolean) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN named AND sorted IN ('protocol', 'entity', 'entity_id') THEN 'o.name' END $$;

-- A page of the `total` users of the scope whom two conditions on `o` let through, `plain` ('true':
-- all) of its columns and `asked` ('': all) of other tables: `wanted` of them after the first `skipped`, in the order of `sorted` (users_key), then of
-- the second key, then of the id; who has no key comes last both ways.  place counts from 1.
-- With `budget` no more than so many are asked: the page may then be short.  `among`: ids, which `asked` calls $1.
--
-- Read are the beginnings of a few lists that indexes hold sorted: by tenant, those with a
-- key and those without, and as many again of who is marked; of each as many rows as the page
-- can need.  The last pages are read from the other end.  Where one list follows the other
-- they are not sorted again.
--
-- The first names of who is marked may be noted, by thousands of ids (user_order_note); other keys
-- of his, and later names, are computed.  Of a `whole` thousand ids all are taken as marked, as mark_take does:
-- after an update of all users many keys are passed over, each by a look into a hash.
CREATE OR REPLACE FUNCTION users_walk(sorted text, descending boolean, named boolean, wanted bigint, skipped bigint,
	total bigint, plain text, asked text, budget bigint, among bigint[])
RETURNS TABLE (place bigint, tenant_id int, user_id bigint)
LANGUAGE plpgsql STABLE ROWS 50
SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
	back constant boolean := skipped > total / 2;
	needed constant bigint := CASE WHEN back THEN greatest(total - skipped, 0) ELSE skipped + wanted END;
	onward constant text := CASE WHEN back = descending THEN 'ASC' ELSE 'DESC' END;
	later constant text := CASE WHEN back THEN 'DESC' ELSE 'ASC' END;
	marked constant boolean := EXISTS (SELECT FROM user_search_stale s WHERE s.tenant_id = ANY (scope()) AND NOT s.ordered);
	-- Of these each tenant has one value.
	of_tenant constant boolean := sorted IN ('entity', 'entity_id');
	key constant text := CASE WHEN of_tenant THEN 't.key' ELSE users_key(sorted) END;
	-- What a list of its own has in common, in their order.
	lists constant text[] := CASE
		WHEN sorted = 'protocol' AND back = descending
			THEN '{o.protocol = ''sccp'',o.protocol = ''sip'',o.protocol = ''ua'',o.protocol = ''webrtc''}'
		WHEN sorted = 'protocol'
			THEN '{o.protocol = ''webrtc'',o.protocol = ''ua'',o.protocol = ''sip'',o.protocol = ''sccp''}'
		WHEN of_tenant OR sorted IN ('id', 'name', 'firstname', 'exported') THEN '{true}'
		ELSE ARRAY[key || ' IS NOT NULL'] END;
	-- Who has no key comes last, so first from the other end.
	all_lists constant text[] := CASE WHEN lists = '{true}' THEN lists
		WHEN back THEN ARRAY[key || ' IS NULL'] || lists ELSE lists || ARRAY[key || ' IS NULL'] END;
	by_name constant text := users_second_key(sorted, named);
	parts text;
	alone constant boolean := NOT marked AND cardinality(scope()) = 1;
	all_named constant boolean := sorted = 'name' AND plain = 'true' AND asked = '';
	-- So many are noted.
	noted constant boolean := marked AND all_named AND NOT back AND NOT descending AND needed <= 50;
BEGIN
	-- The page that is asked for most keeps its plan.
	IF all_named AND cardinality(scope()) = 1 AND NOT back AND NOT descending THEN
		IF NOT marked THEN
			RETURN QUERY SELECT row_number() OVER (ORDER BY o.name, o.user_id), o.tenant_id, o.user_id FROM (
				SELECT * FROM user_order o WHERE o.tenant_id = (scope())[1]
				ORDER BY o.name, o.user_id LIMIT wanted OFFSET skipped) o;
			RETURN;
		END IF;
		RETURN QUERY WITH stale AS MATERIALIZED (
			SELECT s.low / 1000 AS thousand, min(s.low) AS low, max(s.high) AS high, bool_and(s.listed) AS listed,
				max(s.high) - min(s.low) >= 500 AS whole
			FROM user_search_stale s WHERE s.tenant_id = (scope())[1] AND NOT s.ordered GROUP BY s.low / 1000
		)
		SELECT row_number() OVER (ORDER BY o.name, o.user_id), (scope())[1], o.user_id FROM (
			SELECT * FROM (
				(SELECT o.user_id, o.name FROM user_order o WHERE o.tenant_id = (scope())[1]
					AND o.user_id / 1000 NOT IN (SELECT s.thousand FROM stale s WHERE s.whole)
					AND NOT EXISTS (SELECT FROM stale s WHERE NOT s.whole AND o.user_id BETWEEN s.low AND s.high)
				ORDER BY o.name, o.user_id LIMIT needed)
				UNION ALL
				(SELECT o.user_id, o.name FROM stale s CROSS JOIN LATERAL (
					SELECT * FROM user_order_now n WHERE n.tenant_id = (scope())[1] AND n.user_id BETWEEN
						CASE WHEN s.whole THEN s.thousand * 1000 ELSE s.low END
						AND CASE WHEN s.whole THEN s.thousand * 1000 + 999 ELSE s.high END OFFSET 0) o
				WHERE NOT (s.listed AND noted) ORDER BY o.name, o.user_id LIMIT needed)
				UNION ALL
				(SELECT o.user_id, o.name FROM stale s
				JOIN user_order_note b ON b.tenant_id = (scope())[1] AND b.thousand = s.thousand
				CROSS JOIN LATERAL unnest(b.ids[:needed], b.names[:needed]) AS o (user_id, name)
				WHERE s.listed AND noted ORDER BY o.name, o.user_id LIMIT needed)
			) o
			ORDER BY o.name, o.user_id LIMIT wanted OFFSET skipped
		) o;
		RETURN;
	END IF;
	IF budget IS NOT NULL AND NOT alone THEN
		RETURN;
	END IF;
	parts := (
		SELECT string_agg(format('SELECT * FROM (SELECT one.* FROM (SELECT s.scoped AS id%7$s FROM unnest(scope()) AS s (scoped)) t CROSS JOIN LATERAL (
			SELECT o.tenant_id, o.user_id, o.key, o.second AS name FROM (
				SELECT o.tenant_id, o.user_id, %1$s AS key, %2$s AS second%8$s FROM %3$s AND o.tenant_id = t.id AND %4$s AND %11$s
				ORDER BY %5$s LIMIT %9$s) o %10$s LIMIT %6$s) one) part', key, coalesce(by_name, 'NULL::text'), source, list,
			concat_ws(', ', CASE WHEN list LIKE '% IS NOT NULL' OR list = 'true' AND NOT of_tenant THEN key || ' ' || onward END,
				by_name || ' ' || later, 'o.user_id ' || later), needed,
			CASE WHEN of_tenant THEN ', ' || replace(users_key(sorted), 'o.tenant_id', 's.scoped') || ' AS key' ELSE '' END,
			CASE WHEN asked <> '' THEN ', o.name, o.exten, o.username, o.protocol, o.context_id, o.enabled, o.firstname, o.lastname, o.email' ELSE '' END,
			CASE WHEN asked <> '' THEN coalesce(budget, 999999999) ELSE needed END,
			CASE WHEN asked <> '' THEN 'WHERE ' || asked ELSE '' END, plain), ' UNION ALL ' ORDER BY l.nth)
		FROM unnest(CASE WHEN budget IS NULL THEN all_lists ELSE all_lists[:1] END) WITH ORDINALITY AS l (list, nth), unnest(CASE
			WHEN NOT marked THEN ARRAY['user_order o WHERE true']
			ELSE ARRAY['user_order o WHERE (o.tenant_id, o.user_id / 1000) NOT IN (SELECT s.tenant_id, s.thousand FROM stale s WHERE s.whole)
					AND NOT EXISTS (SELECT FROM stale s WHERE NOT s.whole AND s.tenant_id = o.tenant_id
						AND o.user_id BETWEEN s.low AND s.high)',
				'stale s CROSS JOIN LATERAL (SELECT * FROM user_order_now n WHERE n.tenant_id = s.tenant_id
					AND n.user_id BETWEEN CASE WHEN s.whole THEN s.thousand * 1000 ELSE s.low END
						AND CASE WHEN s.whole THEN s.thousand * 1000 + 999 ELSE s.high END OFFSET 0) o
					WHERE s.tenant_id = t.id' || CASE WHEN noted THEN ' AND NOT s.listed' ELSE '' END] || CASE WHEN noted
				THEN ARRAY['stale s CROSS JOIN LATERAL (SELECT b.tenant_id, i.user_id, i.name FROM user_order_note b
					CROSS JOIN LATERAL unnest(b.ids, b.names) AS i (user_id, name)
					WHERE b.tenant_id = s.tenant_id AND b.thousand = s.thousand) o WHERE s.listed'] ELSE '{}' END END) AS source);
	RETURN QUERY EXECUTE format('WITH %9$s page AS (
			SELECT * FROM (%1$s) listed
			%8$s LIMIT %5$s OFFSET %6$s
		)
		SELECT row_number() OVER (ORDER BY key %7$s NULLS LAST, name, user_id), page.tenant_id, page.user_id FROM page',
		parts, onward, CASE WHEN back THEN 'FIRST' ELSE 'LAST' END, later,
		CASE WHEN back THEN least(wanted, needed) ELSE wanted END,
		CASE WHEN back THEN greatest(needed - wanted, 0) ELSE skipped END,
		CASE WHEN descending THEN 'DESC' ELSE 'ASC' END,
		CASE WHEN NOT alone THEN format('ORDER BY key %s NULLS %s, name %3$s, user_id %3$s', onward,
			CASE WHEN back THEN 'FIRST' ELSE 'LAST' END, later) ELSE '' END,
		CASE WHEN marked THEN 'stale AS MATERIALIZED (
			SELECT s.tenant_id, s.low / 1000 AS thousand, min(s.low) AS low, max(s.high) AS high,
				bool_and(s.listed) AS listed, max(s.high) - min(s.low) >= 500 AS whole
			FROM user_search_stale s WHERE NOT s.ordered GROUP BY s.tenant_id, s.low / 1000
		),' ELSE '' END)
	USING among;
END
$$;

-- The same of all users.
CREATE OR REPLACE FUNCTION users_page(sorted text, descending boolean, named boolean, wanted bigint, skipped bigint)
RETURNS TABLE (place bigint, tenant_id int, user_id bigint)
LANGUAGE sql STABLE ROWS 50
AS $$ SELECT * FROM users_walk(sorted, descending, named, wanted, skipped, users_total(), 'true', '', NULL, NULL) $$;

-- Whether the worker that has just changed many users of the scope is about to note their names: a page
-- of the list then waits for them (users_settle) instead of computing them, as each page that computes keeps the
-- processor from the worker.
CREATE OR REPLACE FUNCTION users_unsettled() RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
	RETURN EXISTS (SELECT FROM user_search_stale s WHERE s.tenant_id = ANY (scope()) AND NOT s.ordered AND NOT s.listed OFFSET 10)
		AND EXISTS (SELECT FROM job j WHERE j.state = 'done' AND j.ended_at > clock_timestamp() - interval '1 second');
END
$$;

-- Waits until they are noted, 0.3 s at most.
CREATE OR REPLACE FUNCTION users_settle() RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	FOR n IN 1 .. 30 LOOP
		EXIT WHEN NOT users_unsettled();
		PERFORM pg_sleep(0.01);
	END LOOP;
END
$$;
