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
-- Of more than `most` (null: all are counted) that a search finds, and of used voicemails, `total` is `most`, `more` says so, and the pages end there.
--
-- How many there are of each context and length (in octets, as numbers are of ASCII) is counted already (number_count);
-- those that a search or a state lets through, or used ones do not, are counted here.  Then the page is read in the order of an index, from the nearer end of
-- the numbers of one length.
--
-- What a search finds is found first, up to one more than `most`: users by the texts of the search for users, of which their
-- names and numbers are parts, mostly (`indexed`), and other numbers by reading them, of extensions and incoming calls the free ones alone.
-- Where that is more than `most` the page is found by walking along the numbers, in their order, each asked whether it is one.  If a page is
-- far in the list, or the numbers stand far apart, all are found and sorted.
DROP FUNCTION IF EXISTS numbers_owners(text);
DROP FUNCTION IF EXISTS numbers_page(text, text, text, text, bigint, bigint), numbers_page(text, text, text, text, bigint, bigint, bigint);
CREATE FUNCTION numbers_page(kind text, search text, context text, state text, wanted bigint, skipped bigint, most bigint DEFAULT NULL)
RETURNS TABLE (place bigint, tenant_id int, context_id bigint, number text, total bigint, more boolean)
LANGUAGE plpgsql STABLE ROWS 50
SET work_mem = '64MB' SET jit = off SET enable_seqscan = on SET enable_bitmapscan = off SET enable_hashjoin = on SET enable_mergejoin = on
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
	-- What a number says of its owner, and its name.
	key constant text := CASE kind WHEN 'extension' THEN 'line_id' WHEN 'incall' THEN 'user_id' ELSE 'id' END;
	of_kind constant text := format('SELECT n.tenant_id, n.context_id, n.%I AS number, n.%I AS key, %s AS name FROM %I n',
		CASE kind WHEN 'voicemail' THEN 'number' ELSE 'exten' END, key, CASE kind WHEN 'voicemail' THEN 'n.name' ELSE 'NULL::text' END, kind);
	made constant text := format('SELECT n.tenant_id, n.context_id, n.number, NULL::bigint AS key, NULL::text AS name
		FROM number_row n WHERE n.kind = %L AND n.id IS NULL', kind);
	used constant text := CASE kind WHEN 'voicemail'
		THEN 'EXISTS (SELECT FROM users u WHERE u.tenant_id = n.tenant_id AND u.voicemail_id = n.key)' ELSE 'n.key IS NOT NULL' END;
	reserved constant text := CASE WHEN kind = 'voicemail' THEN 'false' ELSE 'EXISTS (SELECT FROM context_reserved r
		WHERE (r.tenant_id, r.context_id, r.number) = (n.tenant_id, n.context_id, n.number))' END;
	in_state constant text := CASE state WHEN 'used' THEN used WHEN 'free' THEN format('NOT %s AND NOT %s', used, reserved)
		WHEN 'reserved' THEN reserved ELSE 'true' END;
	contexts_of constant bigint[] := ARRAY(SELECT c.id FROM context c WHERE c.name = numbers_page.context);
	condition constant text := in_state || CASE WHEN numbers_page.context <> '' THEN format(' AND n.context_id = ANY (%L::bigint[])', contexts_of) ELSE '' END;
	named constant text := 'strpos(lower(concat_ws('' '', u.firstname, u.lastname)), lower($1)) > 0';
	-- Of several owners the first one stands on the page.
	owned constant text := CASE kind
		WHEN 'extension' THEN '(SELECT %s FROM line l JOIN users u ON u.tenant_id = l.tenant_id AND u.id = l.user_id
			WHERE l.tenant_id = n.tenant_id AND l.id = n.key LIMIT 1)'
		WHEN 'incall' THEN '(SELECT %s FROM users u WHERE u.tenant_id = n.tenant_id AND u.id = n.key LIMIT 1)'
		ELSE '(SELECT %s FROM users u WHERE u.tenant_id = n.tenant_id AND u.voicemail_id = n.key ORDER BY u.id LIMIT 1)' END;
	-- Small letters of ASCII are found in half of the time.
	shown constant text := CASE kind WHEN 'voicemail' THEN '(strpos(n.number, $1) > 0 OR CASE WHEN octet_length(n.name) = length(n.name)
			THEN strpos(lower(n.name COLLATE "C"), lower($1)) ELSE strpos(lower(n.name), lower($1)) END > 0)'
		ELSE 'strpos(n.number, $1) > 0' END;
	matching constant text := CASE WHEN search = '' THEN condition ELSE format('%s AND (%s OR %s)', condition, shown, format(owned, named)) END;
	words constant text[] := search_words(search, false);
	-- A search for users looks at 16 words, takes numbers in groups for one and of long ones the end, and a sigma is not the same everywhere.
	indexed boolean := search <> '' AND length(search) <= 200 AND search !~ '[Σσς]' AND cardinality(words) BETWEEN 1 AND 15
		AND (array_to_string(words, ' ') = btrim(regexp_replace(search_key(search), '\s+', ' ', 'g'))
			OR search ~ '^[+]?[0-9]+$' AND right(search, length(words[1])) = words[1]);
	every text := format('SELECT n.tenant_id, n.context_id, n.digits, n.n FROM number_count n
		WHERE n.kind = %L AND n.block = -1', CASE kind WHEN 'extension' THEN 'user' ELSE kind END);
	lengths constant text := 'SELECT g.*, sum(g.n) OVER (ORDER BY t.name, c.name COLLATE "und-x-icu", g.digits) - g.n AS before, sum(g.n) OVER () AS every
		FROM (SELECT n.tenant_id, n.context_id, n.digits, sum(n.n)::bigint AS n FROM (%s) n GROUP BY 1, 2, 3) g
		JOIN context c ON (c.tenant_id, c.id) = (g.tenant_id, g.context_id)
		JOIN tenant t ON t.id = g.tenant_id
		ORDER BY before';
	numbers text := of_kind;
	-- The query of what a search finds: $1 it, $2 and $3 the users, $4 how many.
	find constant text := 'SELECT coalesce(array_agg(n.tenant_id), ''{}''), coalesce(array_agg(n.context_id), ''{}''), coalesce(array_agg(n.number), ''{}'') FROM (
			SELECT n.tenant_id, n.context_id, n.number FROM (%1$s) n WHERE %2$s
			UNION ALL
			SELECT n.tenant_id, n.context_id, n.number FROM %3$s
			LIMIT $4
		) n';
	counts text;
	limited constant boolean := most IS NOT NULL AND (search <> '' OR state = 'used' AND kind = 'voicemail');
	-- Whether they are more than `most`.
	many boolean := false;
	dense boolean := false;
	of_lengths record;
	all_of bigint := 0;
	joins constant text[] := '{enable_hashjoin,enable_mergejoin}';
	walking constant text[] := joins || '{enable_seqscan}'::text[];
	of_length record;
	owner_tenants int[];
	owners bigint[];
	tenants int[];
	contexts bigint[];
	found text[];
	part text[];
	at_most bigint := most + 1;
	needed bigint;
	budget bigint;
	passed bigint;
	back boolean;
	first bigint;
BEGIN
	more := false;
	-- Reserved numbers that do not exist yet.
	IF kind <> 'voicemail' AND state IN ('', 'reserved') AND EXISTS (SELECT FROM context_reserved) THEN
		numbers := format('%s UNION ALL %s', numbers, made);
		every := format('%s UNION ALL SELECT n.tenant_id, n.context_id, octet_length(n.number), 1 FROM (%s) n', every, made);
	END IF;
	IF context <> '' THEN
		every := format('SELECT * FROM (%s) n WHERE n.context_id = ANY (%L::bigint[])', every, contexts_of);
	END IF;
	IF limited THEN
		EXECUTE format('SELECT coalesce(sum(n), 0) AS n, array_agg(tenant_id ORDER BY before) AS tenants, array_agg(context_id ORDER BY before) AS contexts,
			array_agg(digits ORDER BY before) AS digits, array_agg(n ORDER BY before) AS each FROM (%s) n', format(lengths, every)) INTO of_lengths;
		all_of := of_lengths.n;
	END IF;

	-- Where most have it, looking at one number after the other finds enough sooner.
	IF limited AND search <> '' AND all_of > most THEN
		PERFORM set_config(name, 'off', true) FROM unnest(walking) AS name;
		EXECUTE format('SELECT count(*) FILTER (WHERE %s) > count(*) / 2 FROM (SELECT * FROM (%s) n
				WHERE (n.tenant_id, n.context_id) = (SELECT l.tenant_id, l.context_id FROM unnest($2, $3, $4) AS l (tenant_id, context_id, n) ORDER BY l.n DESC LIMIT 1) ORDER BY n.number LIMIT 200) n',
			matching, numbers) INTO dense USING search, of_lengths.tenants, of_lengths.contexts, of_lengths.each;
		PERFORM set_config(name, 'on', true) FROM unnest(walking) AS name;
	END IF;
	-- Of one or two digits, which a twentieth and more of all numbers have, many are found by the numbers alone.
	IF limited AND search ~ '^[+0-9]{1,2}$' AND all_of > 10 * most THEN
		EXECUTE format('SELECT count(*) > $2 FROM (SELECT FROM (SELECT * FROM (%s) n WHERE %s LIMIT 50 * $2) n WHERE strpos(n.number, $1) > 0 LIMIT $2 + 1) n',
			numbers, condition) INTO many USING search, most;
	END IF;
	LOOP
		WHILE search <> '' AND NOT dense AND NOT (limited AND (many AND at_most IS NOT NULL OR all_of <= most)) LOOP
			IF indexed THEN
				SELECT array_agg(u.tenant_id), array_agg(u.user_id) INTO owner_tenants, owners
				FROM users_some(jsonb_build_object('search', search), at_most) u;
			END IF;
			-- Most of the users are not looked up one by one.
			indexed := indexed AND coalesce(cardinality(owners), 0) <= 300000;
			PERFORM set_config('enable_bitmapscan', 'on', true);
			-- These are a few of many.
			PERFORM set_config(name, CASE WHEN indexed AND coalesce(cardinality(owners), 0) <= 20000 THEN 'off' ELSE 'on' END, true)
			FROM unnest(joins) AS name;
			EXECUTE format(find, numbers, concat_ws(' AND ', condition, shown, CASE WHEN indexed AND kind <> 'voicemail' THEN 'n.key IS NULL' END),
				concat_ws(' AND ', CASE WHEN indexed THEN 'unnest($2, $3) AS c (tenant_id, id) JOIN users u ON u.tenant_id = c.tenant_id AND u.id = c.id'
					ELSE 'users u' END || format(CASE kind
						WHEN 'extension' THEN ' JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id
							JOIN (%s) n ON n.tenant_id = l.tenant_id AND n.key = l.id'
						WHEN 'incall' THEN ' JOIN (%s) n ON n.tenant_id = u.tenant_id AND n.key = u.id'
						ELSE ' JOIN (%s) n ON n.tenant_id = u.tenant_id AND n.key = u.voicemail_id' END, of_kind)
					|| ' WHERE ' || condition,
				CASE WHEN indexed AND kind <> 'voicemail' THEN format('(%s OR %s)', shown, named) ELSE format('%s AND NOT %s', named, shown) END,
				CASE kind WHEN 'voicemail' THEN 'NOT EXISTS (SELECT FROM users e
					WHERE e.tenant_id = n.tenant_id AND e.voicemail_id = n.key AND e.id < u.id)' END))
			INTO tenants, contexts, found USING search, owner_tenants, owners, at_most;
			PERFORM set_config('enable_bitmapscan', 'off', true);
			many := many OR limited AND cardinality(found) > most;
			EXIT WHEN NOT indexed OR many OR at_most IS NULL OR coalesce(cardinality(owners), 0) < at_most;
			-- More users than these have it, mostly elsewhere: all numbers and names are read.
			indexed := false;
		END LOOP;
		EXIT WHEN NOT limited OR at_most IS NULL OR found IS NOT NULL AND NOT many AND NOT dense;

		needed := CASE WHEN many THEN least(skipped + wanted, most) ELSE at_most END;
		-- To find and sort all takes longer than to look at so many.
		budget := CASE WHEN many THEN 10 ELSE 2 END * most;
		passed := 0;
		tenants := '{}';
		contexts := '{}';
		found := '{}';
		PERFORM set_config(name, 'off', true) FROM unnest(walking) AS name;
		FOR of_length IN SELECT * FROM unnest(of_lengths.tenants, of_lengths.contexts, of_lengths.digits, of_lengths.each)
				AS l (tenant_id, context_id, digits, n) LOOP
			EXIT WHEN passed >= budget OR cardinality(found) >= needed;
			EXECUTE format('SELECT coalesce(array_agg(n.number ORDER BY n.number), ''{}'') FROM (
					SELECT n.number FROM (
						SELECT * FROM (%s) n WHERE n.tenant_id = %s AND n.context_id = %s AND octet_length(n.number) = %s ORDER BY n.number LIMIT %s
					) n WHERE %s LIMIT %s
				) n', numbers, of_length.tenant_id, of_length.context_id, of_length.digits, budget - passed, matching, needed - cardinality(found))
			INTO part USING search;
			tenants := tenants || array_fill(of_length.tenant_id, ARRAY[cardinality(part)]);
			contexts := contexts || array_fill(of_length.context_id, ARRAY[cardinality(part)]);
			found := found || part;
			passed := passed + of_length.n;
		END LOOP;
		PERFORM set_config(name, 'on', true) FROM unnest(walking) AS name;
		many := many OR cardinality(found) > most;
		-- So many as are needed, or all there are.
		IF cardinality(found) >= needed OR passed = all_of AND passed <= budget THEN
			RETURN QUERY SELECT n.nth, n.tenant, n.context, n.number, CASE WHEN many THEN most ELSE cardinality(found)::bigint END, many
			FROM unnest(tenants, contexts, found) WITH ORDINALITY AS n (tenant, context, number, nth)
			WHERE n.nth > skipped AND n.nth <= least(skipped + wanted, CASE WHEN many THEN most END);
			RETURN;
		END IF;
		EXIT WHEN search = '';
		IF dense THEN
			dense := false;
		ELSE
			at_most := NULL;
		END IF;
	END LOOP;

	IF search <> '' THEN
		numbers := 'SELECT n.tenant_id, n.context_id, n.number COLLATE "C" AS number FROM unnest($1, $2, $3) AS n (tenant_id, context_id, number)';
	ELSIF state <> '' THEN
		numbers := format('SELECT * FROM (%s) n WHERE %s', numbers, in_state);
	END IF;
	IF search = '' AND (state = '' OR state = 'used' AND kind <> 'voicemail') THEN
		counts := every;
		-- Used are all but the others, of which an index knows.
		IF state = 'used' THEN
			counts := format('%s UNION ALL SELECT n.tenant_id, n.context_id, octet_length(n.number), -1 FROM (%s) n WHERE n.key IS NULL %s', counts, of_kind,
				CASE WHEN context <> '' THEN format('AND n.context_id = ANY (%L::bigint[])', contexts_of) END);
		END IF;
	ELSE
		counts := format('SELECT n.tenant_id, n.context_id, octet_length(n.number) AS digits, count(*) AS n FROM (%s) n %s GROUP BY 1, 2, 3', numbers,
			CASE WHEN context <> '' THEN format('WHERE n.context_id = ANY (%L::bigint[])', contexts_of) END);
	END IF;
	FOR of_length IN EXECUTE format(lengths, counts) USING tenants, contexts, found LOOP
		many := many OR limited AND of_length.every > most;
		first := greatest(skipped - of_length.before, 0);
		needed := least(of_length.n - first, skipped + wanted - of_length.before - first, CASE WHEN many THEN most - of_length.before - first END);
		CONTINUE WHEN needed <= 0;
		back := first > of_length.n / 2;
		PERFORM set_config('enable_seqscan', 'off', true);
		RETURN QUERY EXECUTE format('SELECT %1$s + row_number() OVER (ORDER BY page.number), %2$s, %3$s::bigint, page.number, %4$s::bigint, %10$L::boolean
			FROM (SELECT n.number FROM (%5$s) n WHERE n.tenant_id = %2$s AND n.context_id = %3$s AND octet_length(n.number) = %6$s
				ORDER BY n.number %7$s LIMIT %8$s OFFSET %9$s) page',
			of_length.before + first, of_length.tenant_id, of_length.context_id, CASE WHEN many THEN most ELSE of_length.every END, numbers, of_length.digits,
			CASE WHEN back THEN 'DESC' ELSE 'ASC' END, needed, CASE WHEN back THEN of_length.n - first - needed ELSE first END, many)
		USING tenants, contexts, found;
	END LOOP;
END
$$;
