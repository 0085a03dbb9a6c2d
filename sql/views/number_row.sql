-- Numbers with their owners, for their pages: `kind` is extension, incall or voicemail.  A reserved number
-- that does not exist yet has no id.
CREATE OR REPLACE VIEW number_row WITH (security_invoker = true) AS
	SELECT 'extension' AS kind, x.tenant_id, x.id, x.context_id, x.exten AS number, NULL AS name,
		(u.id IS NOT NULL)::int AS owners, u.uuid, concat_ws(' ', u.firstname, u.lastname) AS owner
	FROM extension x
	LEFT JOIN line l ON (l.tenant_id, l.id) = (x.tenant_id, x.line_id)
	LEFT JOIN users u ON (u.tenant_id, u.id) = (l.tenant_id, l.user_id)
	UNION ALL
	SELECT 'incall', i.tenant_id, i.id, i.context_id, i.exten, NULL,
		(u.id IS NOT NULL)::int, u.uuid, concat_ws(' ', u.firstname, u.lastname)
	FROM incall i
	LEFT JOIN users u ON (u.tenant_id, u.id) = (i.tenant_id, i.user_id)
	UNION ALL
	SELECT 'voicemail', v.tenant_id, v.id, v.context_id, v.number, v.name, coalesce(o.n, 0), o.uuid, coalesce(o.owner, '')
	FROM voicemail v
	LEFT JOIN LATERAL (
		SELECT count(*)::int AS n, (array_agg(u.uuid ORDER BY u.id))[1] AS uuid,
			(array_agg(concat_ws(' ', u.firstname, u.lastname) ORDER BY u.id))[1] AS owner
		FROM users u WHERE (u.tenant_id, u.voicemail_id) = (v.tenant_id, v.id)
	) o ON o.n > 0
	UNION ALL
	SELECT CASE c.type WHEN 'incall' THEN 'incall' ELSE 'extension' END, r.tenant_id, NULL, r.context_id, r.number, NULL, 0, NULL, ''
	FROM context_reserved r
	JOIN context c ON (c.tenant_id, c.id) = (r.tenant_id, r.context_id)
	WHERE NOT EXISTS (SELECT FROM extension x
			WHERE (x.tenant_id, x.context_id, x.exten) = (r.tenant_id, r.context_id, r.number))
		AND NOT EXISTS (SELECT FROM incall i
			WHERE (i.tenant_id, i.context_id, i.exten) = (r.tenant_id, r.context_id, r.number));
GRANT SELECT ON number_row TO rollcall_web;

-- A page of the numbers of a kind, with how many there are in all: `search` in number, name and owner ('' for
-- all), `context` ('' for all), `state` '', used, free or reserved.  By entity, context, length and number.
--
-- They are counted by context and length; then the page is read in the order of an index, from the nearer end of
-- the numbers of one length.
CREATE OR REPLACE FUNCTION numbers_page(kind text, search text, context text, state text, wanted bigint, skipped bigint)
RETURNS TABLE (place bigint, tenant_id int, context_id bigint, number text, total bigint)
LANGUAGE plpgsql STABLE ROWS 50
SET jit = off SET enable_seqscan = on SET enable_bitmapscan = off
AS $$
DECLARE
	column_name constant text := CASE kind WHEN 'voicemail' THEN 'number' ELSE 'exten' END;
	used constant text := CASE WHEN search <> '' THEN 'n.owners > 0' WHEN kind = 'extension' THEN 'n.line_id IS NOT NULL'
		WHEN kind = 'incall' THEN 'n.user_id IS NOT NULL'
		ELSE 'EXISTS (SELECT FROM users u WHERE u.tenant_id = n.tenant_id AND u.voicemail_id = n.id)' END;
	reserved constant text := CASE WHEN kind = 'voicemail' THEN 'false' ELSE format('EXISTS (SELECT FROM context_reserved r
		WHERE (r.tenant_id, r.context_id, r.number) = (n.tenant_id, n.context_id, n.%I))',
		CASE WHEN search <> '' THEN 'number' ELSE column_name END) END;
	condition constant text := CASE state WHEN 'used' THEN used WHEN 'free' THEN format('NOT %s AND NOT %s', used, reserved)
		WHEN 'reserved' THEN reserved ELSE 'true' END;
	numbers text := CASE WHEN search <> '' THEN format('SELECT n.tenant_id, n.context_id, n.number FROM number_row n
			WHERE n.kind = %L AND (strpos(n.number, %2$L) > 0 OR strpos(lower(n.owner), lower(%2$L)) > 0
				OR strpos(lower(n.name), lower(%2$L)) > 0) AND %3$s', kind, search, condition)
		ELSE format('SELECT n.tenant_id, n.context_id, n.%I AS number FROM %I n WHERE %s', column_name, kind, condition) END;
	of_length record;
	back boolean;
	first bigint;
	needed bigint;
BEGIN
	-- Reserved numbers that do not exist yet.
	IF search = '' AND kind <> 'voicemail' AND state IN ('', 'reserved') AND EXISTS (SELECT FROM context_reserved) THEN
		numbers := format('%s UNION ALL SELECT n.tenant_id, n.context_id, n.number FROM number_row n WHERE n.kind = %L AND n.id IS NULL', numbers, kind);
	END IF;
	IF context <> '' THEN
		numbers := format('SELECT * FROM (%s) n WHERE n.context_id = ANY (%L::bigint[])', numbers, ARRAY(SELECT c.id FROM context c WHERE c.name = $3));
	END IF;
	FOR of_length IN EXECUTE format('SELECT g.*, sum(g.n) OVER (ORDER BY t.name, c.name COLLATE "und-x-icu", g.digits) - g.n AS before, sum(g.n) OVER () AS every
			FROM (SELECT n.tenant_id, n.context_id, length(n.number) AS digits, count(*) AS n FROM (%s) n GROUP BY 1, 2, 3) g
			JOIN context c ON (c.tenant_id, c.id) = (g.tenant_id, g.context_id)
			JOIN tenant t ON t.id = g.tenant_id
			ORDER BY before', numbers) LOOP
		total := of_length.every;
		first := greatest(skipped - of_length.before, 0);
		needed := least(of_length.n - first, skipped + wanted - of_length.before - first);
		CONTINUE WHEN needed <= 0;
		back := first > of_length.n / 2;
		PERFORM set_config('enable_seqscan', 'off', true);
		RETURN QUERY EXECUTE format('SELECT %1$s + row_number() OVER (ORDER BY page.number), %2$s, %3$s::bigint, page.number, %4$s::bigint
			FROM (SELECT n.number FROM (%5$s) n WHERE n.tenant_id = %2$s AND n.context_id = %3$s AND length(n.number) = %6$s
				ORDER BY n.number %7$s LIMIT %8$s OFFSET %9$s) page',
			of_length.before + first, of_length.tenant_id, of_length.context_id, total, numbers, of_length.digits, CASE WHEN back THEN 'DESC' ELSE 'ASC' END,
			needed, CASE WHEN back THEN of_length.n - first - needed ELSE first END);
	END LOOP;
END
$$;
