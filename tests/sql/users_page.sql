-- Pages of lists: each key, both ways, from both ends, is what sorting all users gives;
-- before the keys are made, after it, while some users are marked and while names are noted.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(43);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

INSERT INTO users (id, tenant_id, firstname, lastname, email, username)
SELECT 6990 + n, 1 + n % 2, CASE n % 7 WHEN 0 THEN 'Élodie' WHEN 1 THEN 'elodie' WHEN 2 THEN '李' ELSE 'N' || n % 10 END,
	CASE WHEN n % 3 > 0 THEN 'L' || n % 4 END, CASE WHEN n % 5 > 0 THEN 'U' || n || '@example.org' END,
	CASE WHEN n % 6 = 0 THEN 'u' || n END
FROM generate_series(1, 60) n;
INSERT INTO line (id, tenant_id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
SELECT u.id, u.tenant_id, u.id, CASE u.id % 3 WHEN 0 THEN 'sip' WHEN 1 THEN 'webrtc' ELSE 'sccp' END, c.id, t.id,
	CASE WHEN u.id % 3 < 2 THEN 's' || u.id END, CASE WHEN u.id % 3 < 2 THEN 'x' END, 900000 - u.id * 7 % 1000
FROM users u
JOIN context c ON c.tenant_id = u.tenant_id AND c.name = 'default'
JOIN line_template t ON t.tenant_id = u.tenant_id AND t.name = 'default'
WHERE u.id BETWEEN 6990 AND 7060 AND u.id % 4 > 0;
INSERT INTO extension (tenant_id, context_id, exten, line_id)
SELECT tenant_id, context_id, (id % 50 * 40)::text || CASE id % 9 WHEN 0 THEN '#' ELSE '' END, id
FROM line WHERE id BETWEEN 6990 AND 7060 AND id % 5 > 0 AND id < 7040;

-- All of a list, sorted at once.
CREATE FUNCTION pg_temp.sorted(sorted text, descending boolean, named boolean) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
	ids bigint[];
BEGIN
	EXECUTE format('SELECT array_agg(user_id ORDER BY key %s NULLS LAST, %s user_id)
		FROM (SELECT o.*, %s AS key FROM (SELECT o.*, search_key(e.name) COLLATE "C" AS entity
			FROM user_order_now o JOIN tenant e ON e.id = o.tenant_id) o) o',
		CASE WHEN descending THEN 'DESC' ELSE 'ASC' END, CASE WHEN named AND sorted IN ('protocol', 'entity', 'entity_id') THEN 'name,' END,
		CASE sorted WHEN 'entity' THEN 'entity' WHEN 'entity_id' THEN 'o.tenant_id' WHEN 'id' THEN 'o.user_id'
			ELSE 'o.' || sorted END) INTO ids;
	RETURN ids;
END
$$;

-- The pages that are not what they should be, by these keys.
CREATE FUNCTION pg_temp.wrong(keys text[] DEFAULT '{name,firstname,lastname,email,username,exten,code,protocol,id,entity,entity_id,exported}')
RETURNS SETOF text
LANGUAGE sql AS $$
	WITH expected AS MATERIALIZED (
		SELECT sorted, descending, named, pg_temp.sorted(sorted, descending, named) AS ids
		FROM unnest(keys) AS key (sorted)
		CROSS JOIN (VALUES (false), (true)) AS d (descending)
		CROSS JOIN (VALUES (false), (true)) AS m (named)
		-- Where it is no second key, the name changes nothing: it is asked for one way, and not for the other.
		WHERE sorted IN ('protocol', 'entity', 'entity_id') OR named <> descending
	)
	SELECT format('%s %s %s, %s after %s: %s, not %s', sorted, descending, named, wanted, skipped, page, right_one)
	FROM expected
	CROSS JOIN (VALUES (7::bigint, 0::bigint), (5, 27), (10, 45), (999999999, 0), (5, 500)) AS p (wanted, skipped)
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(user_id ORDER BY place), '{}') AS page
		FROM users_page(sorted, descending, named, wanted, skipped)) is_so
	CROSS JOIN LATERAL (SELECT coalesce(ids[skipped + 1:least(skipped + wanted, 1000)], '{}') AS right_one) should
	WHERE page <> right_one
$$;

SELECT is(array_agg(sorted ORDER BY sorted), '{entity,entity_id,protocol}', 'users with the same key are sorted by name by these keys alone')
FROM unnest('{name,firstname,lastname,email,username,exten,code,protocol,id,entity,entity_id,exported}'::text[]) AS sorted
WHERE users_second_key(sorted, true) IS NOT NULL AND users_second_key(sorted, false) IS NULL;
SELECT set_config('rollcall.scope', '{1}', false) \g /dev/null
SET ROLE rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'of users of whom no keys are made');
SELECT is(users_total(), (SELECT count(*) FROM users), 'and they are counted');
RESET ROLE;
SELECT set_config('rollcall.scope', '{1,2}', false) \g /dev/null
SET ROLE rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'over several tenants');
RESET ROLE;

SET SESSION AUTHORIZATION rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP NULL; END LOOP; END $$;
RESET SESSION AUTHORIZATION;
SELECT is_empty('SELECT FROM user_search_stale', 'once keys and texts are made nobody is marked');
SET ROLE rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'of users whose keys are made');
SELECT is(users_total(), (SELECT count(*) FROM users), 'and they are counted');
RESET ROLE;

UPDATE users SET firstname = 'Changed' || id % 3 WHERE id IN (6993, 7001, 7010);
DELETE FROM users WHERE id IN (6994, 7020);
UPDATE line SET protocol = 'ua' WHERE id = 7003;
DELETE FROM extension WHERE line_id = 7007;
INSERT INTO users (id, tenant_id, firstname) VALUES (6500, 1, 'New'), (8500, 1, 'Éa');
SET ROLE rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'of users some of whom have changed since');
SELECT is(users_total(), (SELECT count(*) FROM users), 'and they are counted');
SELECT throws_ok('SELECT users_page(''password_hash'', false, false, 1, 0)', '42703', NULL, 'nothing else is sorted by');

-- Many marked users: their names are noted first.
RESET ROLE;
INSERT INTO users (id, tenant_id, firstname, lastname)
SELECT CASE WHEN n > 130 THEN 51000 + (n - 130) * 1000 WHEN n = 130 THEN 51800 ELSE 51000 + n END, 1 + (n % 9 = 0)::int, 'M' || n % 7, CASE WHEN n % 4 > 0 THEN 'É' || n % 5 END
FROM generate_series(1, 150) n;
SET ROLE rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'of many who are marked');
SELECT users_unsettled() AS unknown \gset
RESET ROLE;
INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, started_at, ended_at)
VALUES (1, 1, 'a', 'import', 'f', 0, sha256(''), 'n', 'done', clock_timestamp(), clock_timestamp());
SET ROLE rollcall_web;
SELECT users_unsettled() AS begun \gset
RESET ROLE;
SET SESSION AUTHORIZATION rollcall_worker;
SELECT ok(search_refresh(), 'a worker begins');
RESET SESSION AUTHORIZATION;
SELECT results_eq('SELECT DISTINCT listed, noted, ordered, (SELECT count(*) FROM user_order WHERE user_id >= 51000) FROM user_search_stale',
	'VALUES (true, false, false, 0::bigint)', 'with their names, not with their keys');
SET ROLE rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'whose names are noted');
SELECT is(ARRAY[:'unknown', :'begun', users_unsettled()::text], '{f,t,false}', 'a page waits for them only where a job has just ended');
SELECT is(users_total(), (SELECT count(*) FROM users), 'and they are counted');
SELECT is((SELECT count(*) FROM user_order_note WHERE tenant_id <> ALL (scope())), 0::bigint, 'no names of another tenant are seen');
RESET ROLE;
UPDATE user_order_note SET names[1] = ' ' || names[1] WHERE thousand = 64;
SELECT set_config('rollcall.scope', '{1}', false) \g /dev/null
SET ROLE rollcall_web;
SELECT is((SELECT user_id / 1000 FROM users_page('name', false, true, 1, 0)), 64::bigint, 'the notes are what is read');
RESET ROLE;
UPDATE user_order_note SET names[1] = ltrim(names[1]);

-- Changes and steps of workers in any order.  SEED= repeats a run.
\getenv seed SEED
\if :{?seed}
\else
\set seed `date +%s`
\endif
CREATE FUNCTION pg_temp.changed_at_random(seed int) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	step text;
	bad text;
	found bigint[];
	done text := '';
BEGIN
	PERFORM setseed(seed % 100000 / 100000.0);
	FOR n IN 1 .. 30 LOOP
		step := (ARRAY['change', 'change', 'delete', 'insert', 'change many', 'list', 'list', 'note', 'order', 'all'])[1 + floor(random() * 10)];
		done := done || ' ' || step;
		PERFORM set_config('rollcall.scope', '{1,2}', true);
		CASE step
		WHEN 'change' THEN
			UPDATE users SET firstname = 'M' || floor(random() * 9) WHERE id IN (
				SELECT id FROM users WHERE id BETWEEN 51000 AND 80000 ORDER BY random() LIMIT 3);
		WHEN 'delete' THEN
			DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id BETWEEN 51000 AND 80000 ORDER BY random() LIMIT 2);
		WHEN 'insert' THEN
			INSERT INTO users (id, tenant_id, firstname)
			SELECT id, 1 + id % 2, 'N' || floor(random() * 9) FROM (
				SELECT DISTINCT 51000 + floor(random() * 20000)::int AS id FROM generate_series(1, 4)) i
			WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = i.id);
		WHEN 'change many' THEN
			UPDATE users SET lastname = 'O' || floor(random() * 9) WHERE id % 3 = n % 3;
		ELSE
			SET LOCAL ROLE rollcall_search;
			IF step = 'list' THEN
				PERFORM list_refresh();
			ELSIF step = 'note' THEN
				PERFORM note_refresh();
			ELSIF step = 'order' THEN
				PERFORM order_refresh();
			ELSE
				WHILE search_refresh() LOOP END LOOP;
			END IF;
		END CASE;
		RESET ROLE;
		PERFORM set_config('rollcall.scope', CASE WHEN n % 3 = 0 THEN '{1,2}' ELSE '{1}' END, true);
		SET LOCAL ROLE rollcall_web;
		SELECT string_agg(wrong, E'\n') INTO bad FROM pg_temp.wrong(CASE WHEN n % 5 = 0 THEN '{name,protocol}'::text[] ELSE '{name}' END) AS wrong;
		bad := concat_ws(E'\n', bad, (SELECT 'total ' || users_total() FROM users HAVING count(*) <> users_total()));
		found := ARRAY(SELECT user_id FROM users_found('m o') ORDER BY user_id);
		RESET ROLE;
		IF found <> ARRAY(SELECT user_id FROM user_search_now WHERE tenant_id = ANY (scope()) AND text LIKE '%m%'
				AND text LIKE '%o%' ORDER BY user_id) THEN
			bad := concat_ws(E'\n', bad, 'found ' || found::text);
		END IF;
		IF bad <> '' THEN
			RETURN format('SEED=%s%s: %s', seed, done, left(bad, 500));
		END IF;
	END LOOP;
	RETURN NULL;
END
$$;
SELECT is(pg_temp.changed_at_random(:seed), NULL, 'whatever is changed, and whatever workers have done of it');
SET SESSION AUTHORIZATION rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP NULL; END LOOP; END $$;
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*) FROM user_order_note) + (SELECT count(*) FROM user_search_note) + (SELECT count(*) FROM user_search_stale), 0::bigint,
	'at the end nothing stays noted or marked');

-- Narrowed lists of more than are sorted: each page is what sorting all of them gives.
INSERT INTO users (id, tenant_id, firstname, lastname, username, enabled, userfield)
SELECT 20000 + n, 1, CASE WHEN n > 11990 THEN 'zz' ELSE 'n' END || n * 7919 % 12007, CASE n % 3 WHEN 0 THEN 'Élan' ELSE 'Lenz' END,
	CASE WHEN n % 40 > 0 THEN 'many' || n END, n % 50 > 0, CASE WHEN n = 77 THEN 'q李' WHEN n = 78 THEN 'xq' WHEN n % 10 = 0 THEN 'w' END
FROM generate_series(1, 12000) n;
INSERT INTO user_label (tenant_id, user_id, label_id)
SELECT 1, 20000 + n, (SELECT id FROM label WHERE tenant_id = 1 AND name = 'sales') FROM generate_series(1, 12000) n WHERE n % 20 > 0;
-- As a job does that made them.
SET SESSION AUTHORIZATION rollcall_worker;
SELECT analyze_users() \g /dev/null
RESET SESSION AUTHORIZATION;
CREATE FUNCTION pg_temp.wrongly_narrowed(exact boolean) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT format('%s by %s, %s after %s: %s, not %s', filter, sorted, wanted, skipped, page, ids[skipped + 1:skipped + wanted])
	FROM listed
	CROSS JOIN (VALUES (5::bigint, 0::bigint), (5, 6000), (5, CASE WHEN exact THEN 11000 ELSE 9990 END), (5, 600), (9, 1195)) AS p (wanted, skipped)
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(user_id ORDER BY place) FILTER (WHERE place > 0), '{}') AS page,
			max(total) FILTER (WHERE place = 0) AS total
		FROM users_narrowed(filter, sorted, descending, false, wanted, skipped, exact)) is_so
	WHERE page <> ids[skipped + 1:skipped + wanted] OR total IS DISTINCT FROM cardinality(ids) AND (exact OR total < 10000);
END
$$;
SELECT set_config('rollcall.scope', '{1}', false) \g /dev/null
SET ROLE rollcall_web;
CREATE TEMP TABLE before AS SELECT filter, array_agg(c.user_id ORDER BY c.user_id) AS ids
FROM (VALUES ('{"enabled": "no"}'), ('{"search": "zz"}'), ('{"search": "q"}'), ('{"search": "xq"}'), ('{"search": "lenz", "label": "sales"}'),
	('{"without": "login"}')) AS f (filter)
CROSS JOIN LATERAL users_chosen(filter::jsonb) c GROUP BY filter;
RESET ROLE;
SET SESSION AUTHORIZATION rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP NULL; END LOOP; END $$;
RESET SESSION AUTHORIZATION;
ANALYZE user_order, user_search, user_label;
SELECT is_empty('SELECT FROM user_order o JOIN user_search s USING (tenant_id, user_id) WHERE split_part(s.text, E''\n'', 2) <> o.name',
	'a text begins with the name as lists are sorted by it');
SET ROLE rollcall_web;
CREATE TEMP TABLE sorts AS SELECT sorted, descending, pg_temp.sorted(sorted, descending, false) AS ids
FROM (VALUES ('name', false), ('exten', true), ('id', true), ('code', false)) AS o (sorted, descending);
CREATE TEMP TABLE chosen AS SELECT filter::jsonb, (SELECT array_agg(c.user_id) FROM users_chosen(filter::jsonb) c) AS ids
FROM (VALUES ('{"enabled": "yes"}'), ('{"label": "sales"}'), ('{"search": "zz"}'), ('{"search": "q"}'),
	('{"search": "lenz", "enabled": "yes"}'), ('{"search": "e"}'), ('{"search": "w"}'), ('{"=lastname": "Lenz"}'), ('{"=lastname": "lenz"}')) AS f (filter);
SET enable_nestloop = off;
CREATE TEMP TABLE listed AS SELECT filter, sorted, descending, coalesce((SELECT array_agg(id ORDER BY n)
	FROM unnest(sorts.ids) WITH ORDINALITY AS s (id, n) JOIN unnest(chosen.ids) AS c (id) USING (id)), '{}') AS ids
FROM chosen CROSS JOIN sorts;
RESET enable_nestloop;
SELECT is_empty('SELECT * FROM pg_temp.wrongly_narrowed(true)', 'of many whom a filter or a search lets through');
SELECT is_empty('SELECT * FROM pg_temp.wrongly_narrowed(false) wrong WHERE wrong !~ ''"search": "[ew]"''', 'where they are not counted too');
SELECT is_empty($$SELECT FROM listed, unnest('{0,600,995}'::int[]) AS skipped WHERE filter = '{"search": "w"}' AND ids[skipped + 1:skipped + 5] <> (
	SELECT array_agg(user_id ORDER BY place) FROM users_narrowed(filter, sorted, descending, false, 5, skipped, false) WHERE place > 0)$$,
	'of a letter that many have too');
SELECT is((SELECT total FROM users_narrowed('{"search": "w"}', 'name', false, false, 5, 0, true) WHERE place = 0),
	(SELECT max(cardinality(ids)) FROM listed WHERE filter = '{"search": "w"}')::bigint, 'and all are counted for who asks for that');

-- What a page reads: keys of lists, by number, and texts, by user.
RESET ROLE;
CREATE FUNCTION pg_temp.looks(of regclass) RETURNS bigint
LANGUAGE sql AS $$ SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid))::bigint FROM pg_index WHERE indrelid = of AND indisprimary $$;
SET ROLE rollcall_web;
CREATE TEMP TABLE already AS SELECT pg_temp.looks('user_order') AS keys, pg_temp.looks('user_search') AS texts;
SELECT is((SELECT count(*) FROM users_narrowed('{"search": "many"}', 'name', false, true, 20, 7000, false)), 21::bigint, 'a page far in the list');
SELECT is(pg_temp.looks('user_order') - keys, 0::bigint, 'by name, is found without a look at keys') FROM already;
SELECT is((SELECT count(*) FROM users_narrowed('{"search": "many"}', 'exten', false, true, 20, 7000, false)), 21::bigint, 'by number');
SELECT is(pg_temp.looks('user_search') - texts, 0::bigint, 'without a look at the texts of those whom it passes over') FROM already;
SELECT is_empty($$SELECT filter FROM before WHERE ids <> (SELECT array_agg(c.user_id ORDER BY c.user_id) FROM users_chosen(filter::jsonb) c)$$,
	'the same before their keys and texts were made');
SELECT results_eq($$SELECT total, more FROM users_narrowed('{"search": "n"}', 'name', false, true, 20, 0, false) WHERE place = 0$$,
	$$VALUES (1000::bigint, true)$$, 'of a letter a thousand are counted, if who asks does not need all');
SELECT results_eq($$SELECT total, more FROM users_narrowed('{"search": "many"}', 'name', false, true, 20, 0, false) WHERE place = 0$$,
	$$VALUES (10000::bigint, true)$$, 'of more letters ten thousand');
SELECT results_eq($$SELECT total, more FROM users_narrowed('{"enabled": "yes"}', 'name', false, true, 20, 0, false) WHERE place = 0$$,
	$$SELECT count(*), false FROM users WHERE enabled$$, 'of filters that are counted by thousands all are');
SELECT results_eq($$SELECT total FROM users_narrowed('{}', 'name', false, true, 20, 0, false) WHERE place = 0$$,
	'SELECT count(*) FROM users', 'and of all users those of the scope');

-- How many there are, where that takes no look at all of them.
CREATE FUNCTION pg_temp.soon(filter jsonb) RETURNS text
LANGUAGE sql AS $$ SELECT concat_ws(' ', total, more) FROM users_counted_soon(filter) $$;
SELECT is(pg_temp.soon('{}'), (SELECT count(*) || ' f' FROM users), 'all are counted at once');
SELECT is(pg_temp.soon('{"enabled": "yes"}'), (SELECT count(*) || ' f' FROM users WHERE enabled), 'filters that are counted by thousands too');
SELECT is(pg_temp.soon('{"label": "sales"}'), (SELECT count(*) || ' f' FROM user_label m JOIN label l ON l.id = m.label_id WHERE l.name = 'sales'),
	'who has a label is counted by the memberships');
SELECT is(pg_temp.soon('{"search": "zz"}'), '10 f', 'few are counted');
SELECT is(pg_temp.soon('{"search": "many"}'), '10000 t', 'many are not');

-- All others, of a few.
CREATE FUNCTION pg_temp.others(filter jsonb, skipped bigint) RETURNS bigint[]
LANGUAGE sql AS $$ SELECT array_agg(user_id ORDER BY place) FILTER (WHERE place > 0) FROM users_narrowed(filter, 'name', false, true, NULL, skipped, false) $$;
SELECT is(pg_temp.others('{"search": "zz"}', 3), (SELECT ids[4:] FROM listed WHERE filter = '{"search": "zz"}' AND sorted = 'name'), 'all others of a few are found');
SELECT is((SELECT array_agg(user_id) FROM users_narrowed('{"search": "many"}', 'name', false, true, NULL, 3, false)), '{NULL}', 'of many nobody is');
SELECT is((SELECT bool_and(more) FROM users_narrowed('{"enabled": "yes"}', 'name', false, true, NULL, 3, false)), true, 'and it is said that there are more');
RESET ROLE;

-- A filter that lets all through.
UPDATE users SET enabled = true WHERE NOT enabled;
SET SESSION AUTHORIZATION rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP NULL; END LOOP; END $$;
RESET SESSION AUTHORIZATION;
SELECT results_eq($$SELECT user_id, (SELECT count(*) FROM users WHERE tenant_id = 1) FROM users_narrowed('{}', 'name', false, false, 20, 7000, false) WHERE place > 0$$,
	$$SELECT user_id, total FROM users_narrowed('{"enabled": "yes"}', 'name', false, false, 20, 7000, false) WHERE place > 0$$,
	'pages of a filter that lets all through are those of all');

SELECT * FROM finish();
