-- How many users the scope has.  Thousands of ids without a marked user are counted already.
CREATE OR REPLACE FUNCTION users_total() RETURNS bigint
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $$
	WITH stale AS MATERIALIZED (
		SELECT DISTINCT tenant_id, low / 1000 AS thousand FROM user_search_stale WHERE NOT ordered
	)
	SELECT (SELECT coalesce(sum(n), 0)::bigint FROM user_count c WHERE NOT EXISTS (
			SELECT FROM stale s WHERE s.tenant_id = c.tenant_id AND s.thousand = c.thousand))
		+ (SELECT coalesce(sum((SELECT count(*) FROM users u WHERE u.tenant_id = s.tenant_id
			AND u.id BETWEEN s.thousand * 1000 AND s.thousand * 1000 + 999)), 0)::bigint FROM stale s)
$$;

-- A page of all users of the scope: `wanted` of them after the first `skipped`, ordered by `sorted` (a key
-- below), then with `named` by name, then by id; users without a key come last in both directions.  place
-- counts from 1.
--
-- It reads the beginnings of a few sorted lists from indexes: for each tenant the users with a key and
-- those without, and the same for marked users; of each as many rows as the page can need.  The last pages
-- are read from the other end.
CREATE OR REPLACE FUNCTION users_page(sorted text, descending boolean, named boolean, wanted bigint, skipped bigint)
RETURNS TABLE (place bigint, tenant_id int, user_id bigint)
LANGUAGE plpgsql STABLE ROWS 50
SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
DECLARE
	total constant bigint := users_total();
	back constant boolean := skipped > total / 2;
	needed constant bigint := CASE WHEN back THEN greatest(total - skipped, 0) ELSE skipped + wanted END;
	onward constant text := CASE WHEN back = descending THEN 'ASC' ELSE 'DESC' END;
	later constant text := CASE WHEN back THEN 'DESC' ELSE 'ASC' END;
	marked constant boolean := EXISTS (SELECT FROM user_search_stale s WHERE NOT s.ordered);
	key constant text := CASE sorted
		WHEN 'id' THEN 'o.user_id'
		WHEN 'entity_id' THEN 'o.tenant_id'
		WHEN 'entity' THEN '(SELECT search_key(e.name) COLLATE "C" FROM tenant e WHERE e.id = o.tenant_id)'
		ELSE format('o.%I', sorted) END;
	-- Of these each tenant has one value.
	of_tenant constant boolean := sorted IN ('entity', 'entity_id');
	-- What a list of its own has in common, and what is left to sort it by.
	lists constant text[] := CASE
		WHEN sorted = 'protocol' THEN '{o.protocol = ''sip'',o.protocol = ''sccp'',o.protocol = ''webrtc'',
			o.protocol = ''ua'',o.protocol IS NULL}'
		WHEN of_tenant OR sorted = 'id' THEN '{true}'
		ELSE ARRAY[key || ' IS NOT NULL', key || ' IS NULL'] END;
	by_name constant text := CASE WHEN named AND sorted NOT IN ('name', 'id') THEN 'o.name' END;
	parts text := (
		SELECT string_agg(format('SELECT * FROM (SELECT one.* FROM unnest(scope()) AS t (id) CROSS JOIN LATERAL (
			SELECT o.tenant_id, o.user_id, %1$s AS key, %2$s AS name FROM %3$s AND o.tenant_id = t.id AND %4$s
			ORDER BY %5$s LIMIT %6$s) one) part', key, coalesce(by_name, 'NULL::text'), source, list,
			concat_ws(', ', CASE WHEN list LIKE '% IS NOT NULL' OR sorted = 'id' THEN key || ' ' || onward END,
				by_name || ' ' || later, 'o.user_id ' || later), needed), ' UNION ALL ')
		FROM unnest(lists) AS list, unnest(CASE
			WHEN NOT marked THEN ARRAY['user_order o WHERE true']
			ELSE ARRAY['user_order o WHERE NOT EXISTS (SELECT FROM stale s WHERE s.tenant_id = o.tenant_id
					AND s.thousand = o.user_id / 1000 AND o.user_id BETWEEN s.low AND s.high)',
				'stale s CROSS JOIN LATERAL (SELECT * FROM user_order_now n
					WHERE n.tenant_id = s.tenant_id AND n.user_id BETWEEN s.low AND s.high OFFSET 0) o
					WHERE s.tenant_id = t.id'] END) AS source);
BEGIN
	RETURN QUERY EXECUTE format('WITH stale AS MATERIALIZED (
			SELECT s.tenant_id, s.low / 1000 AS thousand, min(s.low) AS low, max(s.high) AS high
			FROM user_search_stale s WHERE NOT s.ordered GROUP BY s.tenant_id, s.low / 1000
		), page AS (
			SELECT * FROM (%1$s) listed
			ORDER BY key %2$s NULLS %3$s, name %4$s, user_id %4$s LIMIT %5$s OFFSET %6$s
		)
		SELECT row_number() OVER (ORDER BY key %7$s NULLS LAST, name, user_id), page.tenant_id, page.user_id FROM page',
		parts, onward, CASE WHEN back THEN 'FIRST' ELSE 'LAST' END, later,
		CASE WHEN back THEN least(wanted, needed) ELSE wanted END,
		CASE WHEN back THEN greatest(needed - wanted, 0) ELSE skipped END,
		CASE WHEN descending THEN 'DESC' ELSE 'ASC' END);
END
$$;
