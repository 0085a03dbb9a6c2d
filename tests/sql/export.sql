-- The export's query as the web role asks it: order, lists, bools, filter, scope.
\set QUIET on
\set ON_ERROR_STOP on
\set query `sed -n '/^-- name: export_users$/,/^) TO STDOUT/{/^--/d;/^COPY (/d;/^) TO STDOUT/d;p}' sql/queries/export.sql`
\set part `sed -n '/^-- name: export_part$/,/^) TO STDOUT/{/^--/d;/^COPY (/d;/^) TO STDOUT/d;p}' sql/queries/export.sql`
\set users_list `sed -n '/^-- name: users_list$/,/^-- name:/{/^--/d;p}' sql/queries/users.sql`
\set fields `"$ROLLCALL" fields | sed 1d | cut -d ' ' -f 1 | paste -s -d ' '`
PREPARE users_list AS :users_list
-- The very query, with the rights of whoever asks.
CREATE TEMP VIEW export WITH (security_invoker) AS :query;
CREATE TEMP VIEW part WITH (security_invoker) AS :part;

SELECT plan(25);
GRANT SELECT ON export, part TO PUBLIC;
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

CREATE FUNCTION pg_temp.enter(scope text, filter jsonb DEFAULT '{}') RETURNS void LANGUAGE sql
AS $$ SELECT set_config('rollcall.scope', scope, true), set_config('rollcall.filter', filter::text, true),
	set_config('rollcall.export_tenants', '{}', true), set_config('rollcall.export_users', '{}', true), set_config('rollcall.export_from', '0', true) $$;

SELECT is((SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
	WHERE attrelid = 'export'::regclass AND attnum > 0), :'fields' || ' user_id',
	'its columns are those of csv/fields.def in their order, and the user''s id');

SELECT pg_temp.enter('{1,2}') \g /dev/null
INSERT INTO call_permission (tenant_id, name) VALUES (1, 'a\b'), (1, 'Zebra'), (1, 'étoile');
INSERT INTO context (tenant_id, id, name, type) VALUES (1, 9001, 'alpha; \1', 'incall');
INSERT INTO users (tenant_id, id, firstname, lastname, enabled, email, username) VALUES
	(1, 9001, 'b', 'Z', true, NULL, NULL), (1, 9002, 'a', 'Z', false, 'a@x.test', 'a.z'),
	(1, 9003, 'a', 'é', true, NULL, NULL), (1, 9004, 'x', NULL, true, NULL, NULL),
	(1, 9005, 'B', 'Z', true, NULL, NULL), (1, 9006, 'a', 'Z', true, NULL, NULL),
	(1, 9007, 'q', '', true, NULL, NULL), (2, 9008, '0', NULL, true, NULL, NULL);
INSERT INTO voicemail (tenant_id, id, context_id, number, name, attach_audio)
	SELECT 1, 9001, id, '1000', 'shared', false FROM context WHERE tenant_id = 1 AND name = 'default';
UPDATE users SET voicemail_id = 9001 WHERE id IN (9001, 9002);
INSERT INTO incall (tenant_id, context_id, exten, user_id, ring_seconds)
	SELECT 1, c.id, x.exten, x.user_id, x.ring_seconds
	FROM (VALUES ('from-extern', '2100', 9001, 10), ('from-extern', '+2050', 9001, NULL),
		('alpha; \1', '2100', 9001, 20), ('from-extern', '2200', 9002, NULL),
		('from-extern', '2201', 9002, NULL), ('from-extern', '2300', NULL, NULL))
		x (context, exten, user_id, ring_seconds)
	JOIN context c ON c.tenant_id = 1 AND c.name = x.context;
INSERT INTO user_call_permission
	SELECT 1, 9001, id FROM call_permission
	WHERE tenant_id = 1 AND name IN ('premium; rate', 'a\b', 'Zebra', 'étoile', 'mobile');
INSERT INTO user_label SELECT 1, 9002, id FROM label WHERE tenant_id = 1 AND name IN ('sales', 'Île-de-France');
INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret,
		provisioning_code)
	SELECT 1, 9001, 9001, 'sip', c.id, t.id, 'nine', 'hush', 900001
	FROM context c, line_template t
	WHERE c.tenant_id = 1 AND c.name = 'default' AND t.tenant_id = 1 AND t.name = 'default';
INSERT INTO extension (tenant_id, context_id, exten, line_id)
	SELECT 1, id, '0100', 9001 FROM context WHERE tenant_id = 1 AND name = 'default';

SET ROLE rollcall_web;
CREATE TEMP TABLE got AS SELECT row_number() OVER () AS n, * FROM export;

SELECT is((SELECT array_agg(entity_id || ':' || coalesce(lastname, '-') || ':' || firstname ORDER BY n) FROM got),
	ARRAY['1:-:x', '1::q', '1:Z:B', '1:Z:a', '1:Z:a', '1:Z:b', '1:é:a', '2:-:0'],
	'by entity, last name, first name: byte order, null first');
SELECT is((SELECT array_agg(enabled ORDER BY n) FROM got WHERE firstname = 'a' AND lastname = 'Z'), ARRAY[0, 1],
	'then in the order in which they were made; bools are 0 and 1');
SELECT is(incall_exten, '+2050;2100;2100', 'numbers by their bytes') FROM got WHERE firstname = 'b';
SELECT is(incall_context, 'from-extern;alpha\; \\1;from-extern', 'their contexts beside them, then by name')
FROM got WHERE firstname = 'b';
SELECT is(incall_ring_seconds, ';20;10', 'their ring seconds too, an empty item for null')
FROM got WHERE firstname = 'b';
SELECT is((incall_exten, incall_ring_seconds)::text, '(2200;2201,)', 'no ring seconds at all: an empty cell')
FROM got WHERE firstname = 'a' AND enabled = 0;
SELECT is(call_permissions, 'Zebra;a\\b;mobile;premium\; rate;étoile', 'permissions by the bytes of their names')
FROM got WHERE firstname = 'b';
SELECT is(labels, 'sales;Île-de-France', 'labels as well') FROM got WHERE firstname = 'a' AND enabled = 0;
SELECT is((SELECT array_agg(voicemail_number ORDER BY n) FROM got WHERE voicemail_name = 'shared'),
	ARRAY['1000', '1000'], 'a shared voicemail stands with each of its users');
SELECT is((voicemail_attach_audio, voicemail_delete_messages, voicemail_ask_password)::text, '(0,0,1)',
	'settings of a voicemail are bools') FROM got WHERE firstname = 'b';
SELECT is((line_protocol, exten, context, line_site, provisioning_code)::text, '(sip,0100,default,default,900001)',
	'the site is always written') FROM got WHERE firstname = 'b';
SELECT ok(num_nulls(line_protocol, exten, context, line_site, incall_exten, incall_context, voicemail_name,
	voicemail_ask_password, labels, call_permissions, cti_profile_name, password) = 12, 'what is not there is null')
FROM got WHERE firstname = 'x';

-- Scope and filter.
SELECT pg_temp.enter('{2}') \g /dev/null
SELECT results_eq('SELECT entity_id, firstname FROM export', $$VALUES (2, '0')$$, 'a tenant sees its own users');
SELECT pg_temp.enter('') \g /dev/null
SELECT is_empty('SELECT FROM export', 'without a scope there is nobody');

-- The users that the list shows and that the export gives, for a search and a context.
CREATE FUNCTION pg_temp.narrowed(search text, context text) RETURNS TABLE (list text, export text)
LANGUAGE plpgsql AS $$
DECLARE
	one record;
	filter jsonb := jsonb_strip_nulls(jsonb_build_object('search', nullif(search, ''), 'context', nullif(context, '')));
BEGIN
	PERFORM pg_temp.enter('{1}', filter);
	list := '';
	FOR one IN EXECUTE format('EXECUTE users_list(%L, %L, false, 100, 0, false)', filter, 'name') LOOP
		list := list || coalesce(one.uuid || ' ', '');
	END LOOP;
	SELECT coalesce(string_agg(e.uuid || ' ', '' ORDER BY concat_ws(' ', u.firstname, u.lastname)
		COLLATE "und-x-icu", u.id), '')
	INTO export
	FROM export e JOIN users u ON u.uuid = e.uuid;
	RETURN NEXT;
END
$$;
SELECT results_eq($$SELECT DISTINCT list = export FROM (VALUES ('', ''), ('a', ''), ('Z', ''), ('A.Z', ''), ('@X', ''),
	('0100', ''), ('%', ''), ('', 'default'), ('b', 'default'), ('', 'from-extern'), ('nobody', 'default'))
	n (search, context) CROSS JOIN LATERAL pg_temp.narrowed(search, context)$$, 'VALUES (true)',
	'it is narrowed as the list of users is');
SELECT isnt((pg_temp.narrowed('A.Z', '')).export, '', 'a search finds');
SELECT isnt((pg_temp.narrowed('', 'default')).export, '', 'a context finds');
SELECT is((pg_temp.narrowed('nobody', 'default')).export, '', 'and what matches nobody gives nobody');

-- In parts it is the same: the first users as an index has them, then the rest.
RESET ROLE;
SELECT set_config('rollcall.scope', '{1,2}', false) \g /dev/null
INSERT INTO users (tenant_id, id, firstname, lastname, enabled)
SELECT 1 + (n % 3 = 0)::int, 20000 + n, (ARRAY['a', 'B', 'é', 'Z z', '李', '~'])[1 + (hashint4(n) & 3)] || n % 4,
	(ARRAY[NULL, '', 'Doe', 'doe', 'Doe A', 'Ëa', 'D', 'zz'])[1 + (hashint4(n + 7) & 7)], n % 10 <> 5
FROM generate_series(1, 700) n;
INSERT INTO user_label SELECT u.tenant_id, u.id, g.id FROM users u
JOIN label g ON g.tenant_id = u.tenant_id AND g.name = 'sales' WHERE u.id > 20000 AND u.id % 2 = 0;

-- The ids of an export by its parts, as cgi/users/export.c writes them.
CREATE FUNCTION pg_temp.by_parts(scope text, filter jsonb) RETURNS TABLE (ids bigint[], first_part int, parts int, asked int)
LANGUAGE plpgsql AS $$
DECLARE
	more boolean := true;
BEGIN
	PERFORM pg_temp.enter(scope, filter);
	ids := '{}';
	parts := 0;
	WHILE more AND parts < 2 LOOP
		more := export_choose(filter);
		ids := ids || ARRAY(SELECT user_id FROM part);
		parts := parts + 1;
		first_part := coalesce(first_part, cardinality(ids));
		IF current_setting('rollcall.scope') <> scope THEN
			RAISE 'the scope became %', current_setting('rollcall.scope');
		END IF;
	END LOOP;
	asked := cardinality(ids);
	IF more THEN
		ids := ids || ARRAY(SELECT user_id FROM export);
		parts := parts + 1;
	END IF;
	RETURN NEXT;
END
$$;
CREATE FUNCTION pg_temp.at_once(scope text, filter jsonb) RETURNS bigint[]
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.enter(scope, filter);
	RETURN ARRAY(SELECT user_id FROM export);
END
$$;
CREATE FUNCTION pg_temp.wrong_parts() RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT format('%s %s', scope, filter)
	FROM (VALUES ('{1}'), ('{2,1}'), ('{2}'), ('')) AS s (scope)
	CROSS JOIN (VALUES ('{}'::jsonb), ('{"enabled": "no"}'), ('{"search": "doe"}'), ('{"search": "do a"}'),
		('{"label": "sales"}'), ('{"search": "a", "label": "sales"}'), ('{"search": "nobody at all"}')) AS f (filter)
	CROSS JOIN LATERAL pg_temp.by_parts(scope, filter) p
	WHERE p.ids <> pg_temp.at_once(scope, filter)
$$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_temp TO PUBLIC;
SET ROLE rollcall_web;
SELECT is_empty('SELECT pg_temp.wrong_parts()', 'in parts it is the same, of users who have no keys yet');
RESET ROLE;
SET ROLE rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP END LOOP; END $$;
RESET ROLE;
SET ROLE rollcall_web;
SELECT is_empty('SELECT pg_temp.wrong_parts()', 'of users who have');
RESET ROLE;
SELECT set_config('rollcall.scope', '{1,2}', false) \g /dev/null
UPDATE users SET lastname = 'Aa' WHERE id IN (20011, 20012, 20500);
DELETE FROM users WHERE id IN (20013, 20015);
SET ROLE rollcall_web;
SELECT is_empty('SELECT pg_temp.wrong_parts()', 'and where some were changed since then');
SELECT is((first_part, parts)::text, '(100,3)', 'the first part of all has a hundred users') FROM pg_temp.by_parts('{1}', '{}');
SELECT ok(parts > 1 AND asked > 100, 'the second has more') FROM pg_temp.by_parts('{1,2}', '{}');
SELECT is((cardinality(ids), asked, parts)::text, '(0,0,1)', 'of nobody no list is read') FROM pg_temp.by_parts('{1,2}', '{"search": "nobody at all"}');

RESET ROLE;
SELECT finish();
