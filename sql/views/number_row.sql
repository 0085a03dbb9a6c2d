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
-- How many there are of each context and length (in octets, as numbers are of ASCII) is counted already (number_count);
-- those that a search or a state lets through, or used ones do not, are counted here.  Then the page is read in the order of an index, from the nearer end of
-- the numbers of one length.  What a search finds is found first: numbers and names of voicemails by reading them, owners
-- by the texts of the search for users, of which they are a part, mostly (numbers_owners).
CREATE OR REPLACE FUNCTION numbers_owners(search text) RETURNS TABLE (tenant_id int, id bigint, voicemail_id bigint)
LANGUAGE plpgsql STABLE ROWS 1000
AS $$
DECLARE
	words constant text[] := search_words(search, false);
	-- A search for users takes numbers in groups for one, looks at 16 words, and a sigma is not the same everywhere.
	searched constant boolean := length(search) BETWEEN 3 AND 200 AND search !~ '[Σσς]' AND cardinality(words) BETWEEN 1 AND 15
		AND array_to_string(words, ' ') = btrim(regexp_replace(search_key(search), '\s+', ' ', 'g'));
BEGIN
	RETURN QUERY EXECUTE format('SELECT u.tenant_id, u.id, u.voicemail_id FROM %s
		WHERE strpos(lower(concat_ws('' '', u.firstname, u.lastname)), lower($1)) > 0', CASE WHEN searched
		THEN 'users_chosen(jsonb_build_object(''search'', $1)) c JOIN users u ON u.tenant_id = c.tenant_id AND u.id = c.user_id'
		ELSE 'users u' END)
	USING search;
END
$$;

CREATE OR REPLACE FUNCTION numbers_page(kind text, search text, context text, state text, wanted bigint, skipped bigint)
RETURNS TABLE (place bigint, tenant_id int, context_id bigint, number text, total bigint)
LANGUAGE plpgsql STABLE ROWS 50
SET jit = off SET enable_seqscan = on SET enable_bitmapscan = off SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
	column_name constant text := CASE kind WHEN 'voicemail' THEN 'number' ELSE 'exten' END;
	used constant text := CASE kind WHEN 'extension' THEN 'n.line_id IS NOT NULL'
		WHEN 'incall' THEN 'n.user_id IS NOT NULL'
		ELSE 'EXISTS (SELECT FROM users u WHERE u.tenant_id = n.tenant_id AND u.voicemail_id = n.id)' END;
	reserved constant text := CASE WHEN kind = 'voicemail' THEN 'false' ELSE format('EXISTS (SELECT FROM context_reserved r
		WHERE (r.tenant_id, r.context_id, r.number) = (n.tenant_id, n.context_id, n.%I))', column_name) END;
	condition constant text := CASE state WHEN 'used' THEN used WHEN 'free' THEN format('NOT %s AND NOT %s', used, reserved)
		WHEN 'reserved' THEN reserved ELSE 'true' END;
	numbers text := format('SELECT n.tenant_id, n.context_id, n.%I AS number FROM %I n WHERE %s', column_name, kind, condition);
	made constant text := format('SELECT n.tenant_id, n.context_id, n.number FROM number_row n WHERE n.kind = %L AND n.id IS NULL', kind);
	counts text := CASE WHEN search = '' AND (state = '' OR state = 'used' AND kind <> 'voicemail')
		THEN format('SELECT n.tenant_id, n.context_id, n.digits, n.n FROM number_count n
			WHERE n.kind = %L AND n.block = -1', CASE kind WHEN 'extension' THEN 'user' ELSE kind END) END;
	tenants int[];
	contexts bigint[];
	found text[];
	of_length record;
	back boolean;
	first bigint;
	needed bigint;
BEGIN
	-- Reserved numbers that do not exist yet.
	IF kind <> 'voicemail' AND state IN ('', 'reserved') AND EXISTS (SELECT FROM context_reserved) THEN
		numbers := format('%s UNION ALL %s', numbers, made);
		counts := counts || format(' UNION ALL SELECT n.tenant_id, n.context_id, octet_length(n.number), 1 FROM (%s) n', made);
	END IF;
	-- Used are all but the others, of which an index knows.
	IF state = 'used' THEN
		counts := counts || format(' UNION ALL SELECT n.tenant_id, n.context_id, octet_length(n.%I), -1 FROM %I n WHERE NOT %s',
			column_name, kind, used);
	END IF;
	IF search <> '' THEN
		PERFORM set_config('enable_bitmapscan', 'on', true);
		EXECUTE format('SELECT array_agg(tenant_id), array_agg(context_id), array_agg(number) FROM (
				SELECT * FROM (%s) n WHERE strpos(n.number, $1) > 0
				UNION
				SELECT n.tenant_id, n.context_id, n.%I FROM %s WHERE %s
				%s
			) n', numbers, column_name, CASE kind
			WHEN 'extension' THEN 'numbers_owners($1) u JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id
				JOIN extension n ON n.tenant_id = l.tenant_id AND n.line_id = l.id'
			WHEN 'incall' THEN 'numbers_owners($1) u JOIN incall n ON n.tenant_id = u.tenant_id AND n.user_id = u.id'
			-- Of several owners the first one stands on the page.
			ELSE 'numbers_owners($1) u JOIN voicemail n ON n.tenant_id = u.tenant_id AND n.id = u.voicemail_id
				AND NOT EXISTS (SELECT FROM users e WHERE e.tenant_id = n.tenant_id AND e.voicemail_id = n.id AND e.id < u.id)' END,
			condition, CASE WHEN kind = 'voicemail' THEN format('UNION
				SELECT n.tenant_id, n.context_id, n.number FROM voicemail n WHERE strpos(lower(n.name), lower($1)) > 0 AND %s', condition)
			ELSE '' END)
		INTO tenants, contexts, found USING search;
		PERFORM set_config('enable_bitmapscan', 'off', true);
		numbers := 'SELECT n.tenant_id, n.context_id, n.number COLLATE "C" AS number FROM unnest($1, $2, $3) AS n (tenant_id, context_id, number)';
	END IF;
	counts := coalesce(counts, format('SELECT n.tenant_id, n.context_id, octet_length(n.number) AS digits, count(*) AS n
		FROM (%s) n GROUP BY 1, 2, 3', numbers));
	IF context <> '' THEN
		counts := format('SELECT * FROM (%s) n WHERE n.context_id = ANY (%L::bigint[])', counts, ARRAY(SELECT c.id FROM context c WHERE c.name = $3));
	END IF;
	FOR of_length IN EXECUTE format('SELECT g.*, sum(g.n) OVER (ORDER BY t.name, c.name COLLATE "und-x-icu", g.digits) - g.n AS before, sum(g.n) OVER () AS every
			FROM (SELECT n.tenant_id, n.context_id, n.digits, sum(n.n)::bigint AS n FROM (%s) n GROUP BY 1, 2, 3) g
			JOIN context c ON (c.tenant_id, c.id) = (g.tenant_id, g.context_id)
			JOIN tenant t ON t.id = g.tenant_id
			ORDER BY before', counts) USING tenants, contexts, found LOOP
		total := of_length.every;
		first := greatest(skipped - of_length.before, 0);
		needed := least(of_length.n - first, skipped + wanted - of_length.before - first);
		CONTINUE WHEN needed <= 0;
		back := first > of_length.n / 2;
		PERFORM set_config('enable_seqscan', 'off', true);
		RETURN QUERY EXECUTE format('SELECT %1$s + row_number() OVER (ORDER BY page.number), %2$s, %3$s::bigint, page.number, %4$s::bigint
			FROM (SELECT n.number FROM (%5$s) n WHERE n.tenant_id = %2$s AND n.context_id = %3$s AND octet_length(n.number) = %6$s
				ORDER BY n.number %7$s LIMIT %8$s OFFSET %9$s) page',
			of_length.before + first, of_length.tenant_id, of_length.context_id, total, numbers, of_length.digits, CASE WHEN back THEN 'DESC' ELSE 'ASC' END,
			needed, CASE WHEN back THEN of_length.n - first - needed ELSE first END)
		USING tenants, contexts, found;
	END LOOP;
END
$$;
