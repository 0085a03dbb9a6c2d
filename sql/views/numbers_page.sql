-- Pages of numbers, by entity, context, length and number.  `kind` is extension, incall or voicemail; `search` is in
-- number, name and owner ('' for all); `context` is a name ('' for all); `state` is '', used, free or reserved.  `bare` is the
-- search as a file's number is read, without blanks, dots and hyphens, if that is another text: it may be in the number then.
--
-- How many there are of each context and length (in octets, as numbers are of ASCII) is counted already
-- (number_count), so without a search a page is read in the order of an index, from the nearer end of the numbers of
-- one length.  What a search finds is found first, and sorted.  Of more than `most` it is found by a walk along the
-- numbers instead, each asked whether it is one, until the page is full.
DROP FUNCTION IF EXISTS numbers_owners(text);
DROP FUNCTION IF EXISTS numbers_page(text, text, text, text, bigint, bigint), numbers_page(text, text, text, text, bigint, bigint, bigint),
	numbers_walk(text, text, text, text, bigint, bigint), numbers_found(text, text, text, text, bigint), numbers_lengths(text), numbers_parts(text, text, text);
DROP FUNCTION IF EXISTS numbers_page(text, text, text, text, bigint, bigint, bigint, text), numbers_walk(text, text, text, text, text, bigint, bigint),
	numbers_found(text, text, text, text, text, bigint), numbers_parts(text, text, text, text);

-- Parts of the queries below.  Of a number `n` its `key` leads to its owner; a reserved one that does not exist yet has none.
CREATE FUNCTION numbers_parts(kind text, bare text, context text, state text,
	OUT stored text,	-- the numbers that exist
	OUT numbers text,	-- these, and reserved ones that do not, if `state` lets them through
	OUT counts text,	-- how many they are, of each context and length
	OUT in_context text,	-- whether `context` lets n through
	OUT condition text,	-- whether `context` and `state` do
	OUT shown text,		-- whether n itself has what is searched for, $1
	OUT owned text)		-- whether its owner has, of several the first one, who stands on the page
LANGUAGE plpgsql STABLE AS $$
DECLARE
	made constant text := format('SELECT n.tenant_id, n.context_id, n.number, NULL::bigint AS key, NULL::text AS name
		FROM number_row n WHERE n.kind = %L AND n.id IS NULL', kind);
	used constant text := CASE kind WHEN 'voicemail'
		THEN 'EXISTS (SELECT FROM users u WHERE u.tenant_id = n.tenant_id AND u.voicemail_id = n.key)' ELSE 'n.key IS NOT NULL' END;
	reserved constant text := CASE WHEN kind = 'voicemail' THEN 'false' ELSE 'EXISTS (SELECT FROM context_reserved r
		WHERE (r.tenant_id, r.context_id, r.number) = (n.tenant_id, n.context_id, n.number))' END;
BEGIN
	in_context := CASE WHEN context = '' THEN 'true'
		ELSE format('n.context_id = ANY (%L::bigint[])', ARRAY(SELECT c.id FROM context c WHERE c.name = numbers_parts.context)) END;
	stored := CASE kind
		WHEN 'extension' THEN 'SELECT n.tenant_id, n.context_id, n.exten AS number, n.line_id AS key, NULL::text AS name FROM extension n'
		WHEN 'incall' THEN 'SELECT n.tenant_id, n.context_id, n.exten AS number, n.user_id AS key, NULL::text AS name FROM incall n'
		ELSE 'SELECT n.tenant_id, n.context_id, n.number, n.id AS key, n.name FROM voicemail n' END;
	numbers := stored;
	counts := format('SELECT n.tenant_id, n.context_id, n.digits, n.n FROM number_count n WHERE n.kind = %L AND n.block = -1 AND %s',
		CASE kind WHEN 'extension' THEN 'user' ELSE kind END, in_context);
	IF kind <> 'voicemail' AND state IN ('', 'reserved') AND EXISTS (SELECT FROM context_reserved) THEN
		numbers := format('%s UNION ALL %s', stored, made);
		counts := format('%s UNION ALL SELECT n.tenant_id, n.context_id, octet_length(n.number), 1 FROM (%s) n WHERE %s', counts, made, in_context);
	END IF;
	condition := in_context || ' AND ' || CASE state WHEN 'used' THEN used WHEN 'free' THEN format('NOT %s AND NOT %s', used, reserved)
		WHEN 'reserved' THEN reserved ELSE 'true' END;
	-- A pattern of numbers may have dots and hyphens itself.
	shown := CASE WHEN bare IS NULL THEN 'strpos(n.number, $1) > 0' ELSE format('(strpos(n.number, $1) > 0 OR strpos(n.number, %L) > 0)', bare) END;
	IF kind = 'voicemail' THEN
		-- Small letters of ASCII are found in half of the time.
		shown := format('(%s OR CASE WHEN octet_length(n.name) = length(n.name)
			THEN strpos(lower(n.name COLLATE "C"), lower($1)) ELSE strpos(lower(n.name), lower($1)) END > 0)', shown);
	END IF;
	owned := format('(SELECT strpos(lower(concat_ws('' '', u.firstname, u.lastname)), lower($1)) > 0 FROM %s)', CASE kind
		WHEN 'extension' THEN 'line l JOIN users u ON u.tenant_id = l.tenant_id AND u.id = l.user_id WHERE l.tenant_id = n.tenant_id AND l.id = n.key LIMIT 1'
		WHEN 'incall' THEN 'users u WHERE u.tenant_id = n.tenant_id AND u.id = n.key LIMIT 1'
		ELSE 'users u WHERE u.tenant_id = n.tenant_id AND u.voicemail_id = n.key ORDER BY u.id LIMIT 1' END);
END
$$;

-- How many numbers there are of each context and length, and how many before these and in all, by a query of such counts.
CREATE FUNCTION numbers_lengths(counts text) RETURNS TABLE (tenant_id int, context_id bigint, digits int, n bigint, before bigint, every bigint)
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT g.*, (sum(g.n) OVER (ORDER BY t.name, c.name COLLATE "und-x-icu", g.digits) - g.n)::bigint AS before, (sum(g.n) OVER ())::bigint
		FROM (SELECT n.tenant_id, n.context_id, n.digits, sum(n.n)::bigint AS n FROM (%s) n GROUP BY 1, 2, 3) g
		JOIN context c ON (c.tenant_id, c.id) = (g.tenant_id, g.context_id)
		JOIN tenant t ON t.id = g.tenant_id
		ORDER BY before', counts);
END
$$;

-- The numbers that a search finds, no more than `at_most` (null: all), in no order.  Owners are found by the texts of the search for users,
-- of which their names and numbers are parts, mostly; then of extensions and incoming calls only free ones are read.  Two digits are in so many
-- numbers that all are read.
CREATE FUNCTION numbers_found(kind text, search text, bare text, context text, state text, at_most bigint, OUT tenants int[], OUT contexts bigint[], OUT numbers text[])
LANGUAGE plpgsql STABLE SET enable_hashjoin = on SET enable_mergejoin = on SET enable_bitmapscan = on AS $$
DECLARE
	words constant text[] := search_words(search, false);
	-- A search for users looks at 16 words, takes numbers in groups for one and of long ones the end, and a sigma is not the same everywhere.
	-- A number as it is written is looked for twice; the index does not help where its groups are short.
	indexed boolean := length(search) <= 200 AND CASE WHEN bare IS NOT NULL THEN length(search) >= 5
		ELSE search !~ '[Σσς]' AND cardinality(words) BETWEEN 1 AND 15
			AND (array_to_string(words, ' ') = btrim(regexp_replace(search_key(search), '\s+', ' ', 'g'))
				OR search ~ '^[+]?[0-9]+$' AND right(search, length(words[1])) = words[1]) END;
	named constant text := 'strpos(lower(concat_ws('' '', u.firstname, u.lastname)), lower($1)) > 0';
	parts record;
	owner_tenants int[];
	owners bigint[];
	only_free boolean;
BEGIN
	SELECT * INTO parts FROM numbers_parts(kind, bare, context, state);
	LOOP
		IF indexed THEN
			SELECT coalesce(array_agg(u.tenant_id), '{}'), coalesce(array_agg(u.user_id), '{}') INTO owner_tenants, owners
			FROM (
				SELECT * FROM users_some(jsonb_build_object('search', coalesce(bare, search)), at_most)
				UNION
				SELECT * FROM users_saying(search, at_most) WHERE bare IS NOT NULL
			) u;
			-- Most of the users are not looked up one by one, a few are.
			indexed := cardinality(owners) <= 300000;
			PERFORM set_config(name, CASE WHEN cardinality(owners) <= 20000 THEN 'off' ELSE 'on' END, true)
			FROM unnest('{enable_hashjoin,enable_mergejoin}'::text[]) AS name;
		END IF;
		only_free := indexed AND kind <> 'voicemail' AND coalesce(bare, search) !~ '^[+0-9]{1,2}$';
		EXECUTE format('SELECT coalesce(array_agg(n.tenant_id), ''{}''), coalesce(array_agg(n.context_id), ''{}''), coalesce(array_agg(n.number), ''{}'') FROM (
				SELECT n.tenant_id, n.context_id, n.number FROM (%s) n WHERE %s AND %s%s
				UNION ALL
				SELECT n.tenant_id, n.context_id, n.number FROM %s%s WHERE %s AND %s
				LIMIT $4
			) n', parts.numbers, parts.condition, parts.shown, CASE WHEN only_free THEN ' AND n.key IS NULL' ELSE '' END,
			CASE WHEN indexed THEN 'unnest($2, $3) AS c (tenant_id, id) JOIN users u ON u.tenant_id = c.tenant_id AND u.id = c.id' ELSE 'users u' END,
			format(CASE kind
				WHEN 'extension' THEN ' JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id JOIN (%s) n ON n.tenant_id = l.tenant_id AND n.key = l.id'
				WHEN 'incall' THEN ' JOIN (%s) n ON n.tenant_id = u.tenant_id AND n.key = u.id'
				ELSE ' JOIN (%s) n ON n.tenant_id = u.tenant_id AND n.key = u.voicemail_id AND NOT EXISTS (SELECT FROM users e
					WHERE e.tenant_id = n.tenant_id AND e.voicemail_id = n.key AND e.id < u.id)' END, parts.stored),
			parts.condition,
			CASE WHEN only_free THEN format('(%s OR %s)', parts.shown, named) ELSE format('%s AND NOT %s', named, parts.shown) END)
		INTO tenants, contexts, numbers USING search, owner_tenants, owners, at_most;
		EXIT WHEN NOT indexed OR at_most IS NULL OR cardinality(owners) < at_most OR cardinality(numbers) >= at_most;
		-- More users than these have it, mostly elsewhere: all numbers and names are read.
		indexed := false;
		PERFORM set_config(name, 'on', true) FROM unnest('{enable_hashjoin,enable_mergejoin}'::text[]) AS name;
	END LOOP;
END
$$;

-- The first `wanted` numbers that `search` and `state` let through, or those among the first `looked_at` numbers, by a walk along them: in
-- the order of their index, and not by another one and a sort.
CREATE FUNCTION numbers_walk(kind text, search text, bare text, context text, state text, wanted bigint, looked_at bigint,
	OUT tenants int[], OUT contexts bigint[], OUT numbers text[], OUT ended boolean)	-- ended: there are no others
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_sort = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
	parts record;
	of_length record;
	part text[];
	passed bigint := 0;
	every bigint := 0;
BEGIN
	tenants := '{}';
	contexts := '{}';
	numbers := '{}';
	SELECT * INTO parts FROM numbers_parts(kind, bare, context, state);
	FOR of_length IN SELECT * FROM numbers_lengths(parts.counts) LOOP
		every := of_length.every;
		EXIT WHEN passed >= looked_at OR cardinality(numbers) >= wanted;
		EXECUTE format('SELECT coalesce(array_agg(n.number ORDER BY n.number), ''{}'') FROM (
				SELECT n.number FROM (
					SELECT * FROM (%s) n WHERE n.tenant_id = %s AND n.context_id = %s AND octet_length(n.number) = %s ORDER BY n.number LIMIT %s
				) n WHERE %s%s LIMIT %s
			) n', parts.numbers, of_length.tenant_id, of_length.context_id, of_length.digits, looked_at - passed, parts.condition,
			CASE WHEN search <> '' THEN format(' AND (%s OR %s)', parts.shown, parts.owned) ELSE '' END, wanted - cardinality(numbers))
		INTO part USING search;
		tenants := tenants || array_fill(of_length.tenant_id, ARRAY[cardinality(part)]);
		contexts := contexts || array_fill(of_length.context_id, ARRAY[cardinality(part)]);
		numbers := numbers || part;
		passed := passed + of_length.n;
	END LOOP;
	ended := cardinality(numbers) < wanted AND passed <= looked_at AND passed >= every;
END
$$;

-- A page: `wanted` numbers after `skipped`, with how many there are in all.  Of more than `most` (null: all are counted) that a search
-- finds, and of used voicemails, `total` is `most`, `more` says so, and the pages end there.
CREATE FUNCTION numbers_page(kind text, search text, context text, state text, wanted bigint, skipped bigint, most bigint DEFAULT NULL, bare text DEFAULT NULL)
RETURNS TABLE (place bigint, tenant_id int, context_id bigint, number text, total bigint, more boolean)
LANGUAGE plpgsql STABLE ROWS 50
SET work_mem = '64MB' SET jit = off SET enable_seqscan = on SET enable_bitmapscan = off SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
	limited constant boolean := most IS NOT NULL AND (search <> '' OR state = 'used' AND kind = 'voicemail');
	dense boolean;
	parts record;
	found record;
	walked record;
	enough bigint := most + 1;
	sorted boolean := search <> '';
	counts text;
	of_length record;
	back boolean;
	first bigint;
	needed bigint;
BEGIN
	more := false;
	-- Used voicemails are looked for by a walk, as is what half of the first numbers have.
	dense := limited AND (search = '' OR (SELECT cardinality(w.numbers) = 100 FROM numbers_walk(kind, search, bare, context, state, 100, 200) w));
	IF search <> '' AND NOT dense THEN
		SELECT * INTO found FROM numbers_found(kind, search, bare, context, state, enough);
		more := limited AND cardinality(found.numbers) > most;
	END IF;
	IF dense OR more THEN
		enough := CASE WHEN more THEN least(skipped + wanted, most) ELSE enough END;
		-- To find and sort all takes longer than to look at so many.
		SELECT * INTO walked FROM numbers_walk(kind, search, bare, context, state, enough, CASE WHEN more THEN 10 ELSE 2 END * most);
		more := more OR cardinality(walked.numbers) > most;
		IF walked.ended OR cardinality(walked.numbers) >= enough THEN
			found := walked;
			sorted := true;
		ELSIF search <> '' THEN
			SELECT * INTO found FROM numbers_found(kind, search, bare, context, state, NULL);
		END IF;
	END IF;
	IF sorted THEN
		total := CASE WHEN more THEN most ELSE cardinality(found.numbers) END;
		RETURN QUERY SELECT skipped + row_number() OVER (), p.tenant_id, p.context_id, p.number, numbers_page.total, numbers_page.more FROM (
			SELECT f.tenant_id, f.context_id, f.number
			FROM unnest(found.tenants, found.contexts, found.numbers) AS f (tenant_id, context_id, number)
			JOIN (SELECT c.tenant_id, c.id, row_number() OVER (ORDER BY t.name, c.name COLLATE "und-x-icu") AS nth
				FROM context c JOIN tenant t ON t.id = c.tenant_id) c ON c.tenant_id = f.tenant_id AND c.id = f.context_id
			ORDER BY c.nth, octet_length(f.number), f.number COLLATE "C" LIMIT greatest(least(wanted, numbers_page.total - skipped), 0) OFFSET skipped
		) p;
		RETURN;
	END IF;

	SELECT * INTO parts FROM numbers_parts(kind, bare, context, state);
	counts := parts.counts;
	IF state = 'used' AND kind <> 'voicemail' THEN
		-- Used are all but the others, of which an index knows.
		counts := format('%s UNION ALL SELECT n.tenant_id, n.context_id, octet_length(n.number), -1 FROM (%s) n WHERE n.key IS NULL AND %s',
			counts, parts.stored, parts.in_context);
	ELSIF state <> '' THEN
		counts := format('SELECT n.tenant_id, n.context_id, octet_length(n.number) AS digits, count(*) AS n FROM (%s) n WHERE %s GROUP BY 1, 2, 3',
			parts.numbers, parts.condition);
	END IF;
	FOR of_length IN SELECT * FROM numbers_lengths(counts) LOOP
		more := limited AND of_length.every > most;
		total := CASE WHEN more THEN most ELSE of_length.every END;
		first := greatest(skipped - of_length.before, 0);
		needed := least(of_length.n - first, least(skipped + wanted, total) - of_length.before - first);
		CONTINUE WHEN needed <= 0;
		back := first > of_length.n / 2;
		PERFORM set_config('enable_seqscan', 'off', true);
		RETURN QUERY EXECUTE format('SELECT %1$s + row_number() OVER (ORDER BY page.number), %2$s, %3$s::bigint, page.number, %4$s::bigint, %5$L::boolean
			FROM (SELECT n.number FROM (%6$s) n WHERE n.tenant_id = %2$s AND n.context_id = %3$s AND octet_length(n.number) = %7$s AND %8$s
				ORDER BY n.number %9$s LIMIT %10$s OFFSET %11$s) page',
			of_length.before + first, of_length.tenant_id, of_length.context_id, total, more, parts.numbers, of_length.digits, parts.condition,
			CASE WHEN back THEN 'DESC' ELSE 'ASC' END, needed, CASE WHEN back THEN of_length.n - first - needed ELSE first END);
	END LOOP;
END
$$;
