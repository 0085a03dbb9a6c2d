-- Pages of numbers: each state, context and search, from both ends, is what sorting all numbers gives.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(11);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

SELECT set_config('rollcall.scope', '{1,2}', false) \g /dev/null
INSERT INTO context (id, tenant_id, name, type) VALUES (9101, 1, 'Élan', 'internal'), (9102, 1, 'eel', 'incall');
INSERT INTO users (id, tenant_id, firstname, lastname) SELECT 9100 + n, 1 + n % 2, 'N' || n, 'Ëa' FROM generate_series(1, 60) n;
INSERT INTO line (id, tenant_id, user_id, protocol, context_id, line_template_id, provisioning_code)
SELECT u.id, u.tenant_id, u.id, 'sccp', c.id, t.id, 700000 + u.id FROM users u
JOIN context c ON c.tenant_id = u.tenant_id AND c.name = 'default'
JOIN line_template t ON t.tenant_id = u.tenant_id AND t.name = 'default'
WHERE u.id BETWEEN 9101 AND 9160;
INSERT INTO extension (tenant_id, context_id, exten, line_id)
SELECT tenant_id, context_id, (9 * id % 5000)::text, id FROM line WHERE id BETWEEN 9101 AND 9140;
INSERT INTO extension (tenant_id, context_id, exten)
SELECT 1, 9101, n::text FROM unnest('{5,51,512,5123,52,6,61,7}'::int[]) n;
INSERT INTO incall (tenant_id, context_id, exten, user_id)
SELECT c.tenant_id, c.id, CASE n % 3 WHEN 0 THEN '+' ELSE '' END || n * 31, CASE WHEN n % 4 > 0 THEN 9100 + n END
FROM generate_series(1, 60) n JOIN context c ON c.tenant_id = 1 + n % 2 AND c.type = 'incall';
INSERT INTO voicemail (id, tenant_id, context_id, number, name)
SELECT 9100 + n, 1, c.id, (n * 37)::text, 'Box ' || n % 7 FROM generate_series(1, 40) n JOIN context c ON c.tenant_id = 1 AND c.name = 'default';
UPDATE users SET voicemail_id = 9100 + id % 16 WHERE tenant_id = 1 AND id BETWEEN 9101 AND 9160 AND id % 16 > 0;
INSERT INTO context_reserved (tenant_id, context_id, number)
SELECT 1, 9101, n FROM unnest('{5,53,54,5125}'::text[]) n UNION ALL SELECT 1, 9102, n FROM unnest('{62,31,+93}'::text[]) n;

-- Names and a pattern with blanks, dots and hyphens of their own.
UPDATE users SET lastname = CASE id % 2 WHEN 0 THEN 'Salle 9 3' ELSE 'Bureau 2-1.3' END WHERE id IN (9103, 9106, 9117);
UPDATE voicemail SET name = '1 1 1' WHERE id IN (9104, 9119);
INSERT INTO extension (tenant_id, context_id, exten, line_id) VALUES (1, 9101, '_9[1-3].', 9142);

-- The pages that are not what they should be.  Of more than `most` that a search finds, and of more used voicemails, the first ones are shown.
CREATE FUNCTION pg_temp.wrong(most bigint, searches text[], contexts text[]) RETURNS SETOF text
LANGUAGE sql AS $$
	WITH every AS MATERIALIZED (
		SELECT n.*, c.name AS context, t.name AS tenant, n.kind <> 'voicemail' AND EXISTS (SELECT FROM context_reserved r
			WHERE (r.tenant_id, r.context_id, r.number) = (n.tenant_id, n.context_id, n.number)) AS reserved
		FROM number_row n JOIN context c ON c.id = n.context_id JOIN tenant t ON t.id = n.tenant_id
	)
	SELECT format('%s "%s" "%s" %s, %s after %s: %s of %s%s, not %s', kind, search, context, state, wanted, skipped, page, total, CASE WHEN more THEN ' and more' END, right_one)
	FROM unnest('{extension,incall,voicemail}'::text[]) AS kind
	CROSS JOIN unnest(searches) AS search
	CROSS JOIN LATERAL (SELECT CASE WHEN search ~ '^[+]?[0-9]+[ .-]' AND search ~ '^[+0-9 .-]+$' THEN translate(search, ' .-', '') END AS bare) as_number
	CROSS JOIN unnest(contexts) AS context
	CROSS JOIN unnest('{"",used,free,reserved}'::text[]) AS state
	CROSS JOIN LATERAL (
		SELECT array_agg(e.tenant_id || ' ' || e.context_id || ' ' || e.number ORDER BY e.tenant, e.context COLLATE "und-x-icu", length(e.number), e.number) AS numbers
		FROM every e
		WHERE e.kind = kind.kind AND (context.context = '' OR e.context = context.context)
			AND (search.search = '' OR strpos(e.number, search.search) > 0 OR strpos(e.number, bare) > 0 OR strpos(lower(e.owner), lower(search.search)) > 0
				OR strpos(lower(e.name), lower(search.search)) > 0 AND e.name IS NOT NULL)
			AND CASE state.state WHEN 'used' THEN e.owners > 0 WHEN 'free' THEN e.owners = 0 AND NOT e.reserved
				WHEN 'reserved' THEN e.reserved ELSE true END
	) all_of
	CROSS JOIN LATERAL (SELECT cardinality(numbers) > most AND (search <> '' OR kind = 'voicemail' AND state = 'used') IS TRUE AS too_many) of_most
	CROSS JOIN (VALUES (4::bigint, 0::bigint), (5, 9), (3, 23), (1000, 0)) AS p (wanted, skipped)
	CROSS JOIN LATERAL (SELECT array_agg(n.tenant_id || ' ' || n.context_id || ' ' || n.number ORDER BY place) AS page, max(n.total) AS total,
			bool_or(n.more) AS more
		FROM numbers_page(kind, search, context, state, wanted, skipped, most, bare) n) is_so
	CROSS JOIN LATERAL (SELECT nullif(numbers[skipped + 1:CASE WHEN too_many THEN least(skipped + wanted, most) ELSE skipped + wanted END], '{}') AS right_one) should
	WHERE page IS DISTINCT FROM right_one OR total <> CASE WHEN too_many THEN most ELSE cardinality(numbers) END OR more <> coalesce(too_many, false)
$$;
GRANT SELECT ON number_row TO PUBLIC;
SET ROLE rollcall_web;
SELECT is_empty($$SELECT pg_temp.wrong(NULL, '{"",1,ëa,box 3,nobody}', '{"",default,Élan,eel,nowhere}')$$, 'over two tenants');
SELECT is_empty($$SELECT pg_temp.wrong(1000, '{1,ëa}', '{"",Élan}')$$, 'that are not too many');
SELECT is_empty($$SELECT pg_temp.wrong(12, '{"",1,36,+9,Ë,n1 ë,box 3}', '{"",eel}')$$, 'of which some are');
SELECT is_empty($$SELECT pg_temp.wrong(3, '{"",1,999,+9,ëa,n1 ë,box 3}', '{"",Élan}')$$, 'or most');
SELECT ok((SELECT count(*) FROM numbers_page('extension', '', '', '', 100, 0)) > 40, 'there are some');
SELECT is_empty($$SELECT pg_temp.wrong(NULL, '{9 3,1-3,2-1.3,+9 3,1 1,9 .9-9 7}', '{"",Élan}')$$, 'numbers as they are written');
SELECT is_empty($$SELECT pg_temp.wrong(2, '{9 3,1 1,1-3}', '{""}')$$, 'of which some are too many');
SELECT cmp_ok((SELECT count(*) FROM numbers_page('extension', '9 3', '', '', 100, 0, NULL, '93') WHERE strpos(number, '93') = 0), '>', 0::bigint, 'beside names with such a text');
SELECT set_config('rollcall.scope', '{1}', false) \g /dev/null
SELECT is_empty($$SELECT pg_temp.wrong(NULL, '{"",1,ëa,box 3,nobody}', '{"",default,Élan,eel,nowhere}')$$, 'in one');
SELECT is_empty($$SELECT pg_temp.wrong(5, '{"",93,n1}', '{"",default}')$$, 'where some are too many');
SELECT set_config('rollcall.scope', '', false) \g /dev/null
SELECT is_empty($$SELECT FROM numbers_page('extension', '', '', '', 100, 0)$$, 'in none there are none');
RESET ROLE;

SELECT * FROM finish();
