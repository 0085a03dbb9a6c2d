-- References that are checked once a statement (make_link): as safe as declared keys,
-- whoever writes, whatever is tried, and with others at the same time.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(43);

SELECT set_eq($$SELECT child || '.' || child_column || ' ' || parent || ' ' || on_delete FROM link$$, ARRAY[
	'users.tenant_id tenant refuse', 'users.cti_profile_id cti_profile refuse',
	'users.voicemail_id voicemail refuse', 'voicemail.context_id context refuse',
	'line.user_id users cascade', 'line.context_id context refuse',
	'line.line_template_id line_template refuse', 'extension.context_id context refuse',
	'extension.line_id line cascade', 'incall.context_id context refuse',
	'incall.user_id users clear', 'user_call_permission.user_id users cascade',
	'user_call_permission.call_permission_id call_permission refuse',
	'user_label.user_id users cascade', 'user_label.label_id label refuse'], 'the references are these');
SELECT is_empty($$SELECT l.* FROM link l WHERE (SELECT count(*) FROM pg_trigger t
	WHERE t.tgenabled = 'O' AND (t.tgrelid, t.tgname) IN (
		(l.child::regclass, 'links_inserted'),
		(l.child::regclass, l.child || '_' || l.child_column || '_updated'),
		(l.parent::regclass, l.child || '_' || l.child_column || '_deleted'),
		(l.parent::regclass, 'key_kept'), (l.parent::regclass, 'not_truncated'))) <> 5$$,
	'each has its triggers, enabled');
SELECT is_empty($$SELECT a.attrelid::regclass, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
	WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN (SELECT child FROM link)
		AND a.attname LIKE '%\_id' AND a.attname NOT IN ('tenant_id', 'outgoing_caller_id') AND a.attnum > 0
		AND c.relkind = 'r'
		AND (c.relname, a.attname) NOT IN (SELECT child, child_column FROM link)$$,
	'no reference of these tables is without its link');

-- Whole rows of two tenants to choose from.
SELECT set_config('rollcall.scope', '{1,2}', true) \g /dev/null
INSERT INTO users (tenant_id, id, firstname) VALUES (1, 900001, 'Ann'), (1, 900003, 'Cid'), (2, 900002, 'Ben');
INSERT INTO voicemail (tenant_id, id, context_id, number, name)
	SELECT tenant_id, 900000 + tenant_id, id, '1999', 'V' FROM context WHERE name = 'default';
INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, provisioning_code)
	SELECT t.id, 900000 + t.id, 900000 + t.id, 'sccp', c.id, l.id, -900000 - t.id
	FROM tenant t JOIN context c ON c.tenant_id = t.id AND c.name = 'default'
	JOIN line_template l ON l.tenant_id = t.id AND l.name = 'default';
INSERT INTO extension (tenant_id, id, context_id, exten, line_id)
	SELECT tenant_id, 900000 + tenant_id, id, '1998', 900000 + tenant_id FROM context WHERE name = 'default';
INSERT INTO incall (tenant_id, id, context_id, exten, user_id, ring_seconds)
	SELECT tenant_id, 900000 + tenant_id, id, '2998', 900000 + tenant_id, 5 FROM context WHERE name = 'from-extern';
INSERT INTO user_label SELECT 1, 900001, id FROM label WHERE tenant_id = 1 LIMIT 1;
INSERT INTO user_call_permission SELECT 1, 900001, id FROM call_permission WHERE tenant_id = 1 LIMIT 1;

-- Tries to lead the reference astray, many at a time among good ones: to another tenant's
-- row, to one that is not there, by INSERT of a copy and by UPDATE.  What it names is let through.
CREATE FUNCTION pg_temp.astray(seed double precision) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	l link;
	bad bigint;
	wrong text;
	columns text;
	again text;
BEGIN
	PERFORM setseed(seed);
	FOR l IN SELECT * FROM link WHERE parent <> 'tenant' LOOP
		FOR wrong IN SELECT unnest(ARRAY['foreign', 'absent']) LOOP
			EXECUTE format('SELECT id FROM %I WHERE tenant_id = 2 ORDER BY random() LIMIT 1', l.parent) INTO bad;
			bad := CASE wrong WHEN 'foreign' THEN bad ELSE (random() * 1e9)::bigint + 2000000 END;
			CONTINUE WHEN bad IS NULL;
			-- An id may stand in both tenants; then it is no bad one.
			EXECUTE format('SELECT CASE WHEN EXISTS (SELECT FROM %I WHERE tenant_id = 1 AND id = $1) THEN -1 ELSE $1 END',
				l.parent) INTO bad USING bad;
			BEGIN
				EXECUTE format('UPDATE %I SET %I = $1 WHERE tenant_id = 1', l.child, l.child_column) USING bad;
				RETURN NEXT format('UPDATE %s.%s to a %s %s', l.child, l.child_column, wrong, l.parent);
			EXCEPTION WHEN foreign_key_violation OR insufficient_privilege OR check_violation OR unique_violation THEN NULL;
			END;
			SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
				string_agg(CASE WHEN attname = l.child_column THEN 'CASE WHEN n = 7 THEN $1 '
						|| CASE attname WHEN 'line_id' THEN '' ELSE 'ELSE ' || quote_ident(attname) END || ' END'
					WHEN attname IN ('id') THEN '910000 + n'
					WHEN attname IN ('exten', 'number') THEN '(1990000 + n)::text'
					WHEN attname = 'provisioning_code' THEN '-910000 - n'
					WHEN attname = 'uuid' THEN 'gen_random_uuid()'
					WHEN attname = 'user_id' THEN '900003'
					WHEN attname = 'line_id' THEN 'NULL'
					ELSE quote_ident(attname) END, ', ' ORDER BY attnum)
			INTO columns, again FROM pg_attribute
			WHERE attrelid = l.child::regclass AND attnum > 0 AND attgenerated = '' AND NOT attisdropped;
			BEGIN
				EXECUTE format('INSERT INTO %1$I (%2$s) SELECT %3$s
					FROM (SELECT * FROM %1$I WHERE tenant_id = 1 LIMIT 1) one, generate_series(1, 20) n WHERE %4$s', l.child, columns, again,
					CASE WHEN l.child IN ('line', 'user_label', 'user_call_permission') THEN 'n = 7' ELSE 'true' END) USING bad;
				RETURN NEXT format('INSERT into %s.%s of a %s %s', l.child, l.child_column, wrong, l.parent);
			EXCEPTION WHEN foreign_key_violation THEN NULL;
			END;
		END LOOP;
	END LOOP;
END
$$;
GRANT SELECT ON link TO rollcall_worker, rollcall_web;
SELECT is_empty(format('SELECT * FROM pg_temp.astray(%s)', n / 10.0), 'the superuser leads no reference astray')
FROM generate_series(1, 3) n;
SET LOCAL SESSION AUTHORIZATION rollcall_worker;
SELECT set_config('rollcall.scope', '{1,2}', true) \g /dev/null
SELECT is_empty(format('SELECT * FROM pg_temp.astray(%s)', n / 10.0), 'nor does the worker over all tenants')
FROM generate_series(4, 6) n;
SELECT set_config('rollcall.scope', '{1}', true) \g /dev/null
SELECT is_empty(format('SELECT * FROM pg_temp.astray(%s)', n / 10.0), 'nor in one tenant''s scope')
FROM generate_series(7, 9) n;
SELECT throws_ok($$INSERT INTO users (tenant_id, firstname, voicemail_id) VALUES (1, 'x', 900002)$$, '23503',
	'users.voicemail_id leads to no row of voicemail of its tenant', 'what is wrong is said');
SELECT lives_ok($$INSERT INTO users (tenant_id, firstname, voicemail_id)
	SELECT 1, 'x', CASE WHEN n % 2 = 0 THEN 900001 END FROM generate_series(1, 50) n$$,
	'a reference that is null, or right, passes');
SELECT throws_ok($$INSERT INTO users (tenant_id, firstname, voicemail_id)
	SELECT 1, 'x', CASE WHEN n = 50 THEN 1 ELSE 900001 END FROM generate_series(1, 50) n$$, '23503', NULL,
	'one wrong among fifty fails them all');
SELECT throws_ok($$SELECT * FROM (SELECT users_links()) x$$, '42501', NULL, 'nobody calls the checks by himself');
SELECT throws_ok('SET ROLE rollcall_links', '42501', NULL, 'nor becomes who makes them');
SELECT throws_ok('CALL make_link(''users'', ''voicemail_id'', ''label'', ''refuse'')', '42501', NULL, 'nor makes links');

-- Deleting
SELECT throws_ok('DELETE FROM voicemail WHERE id = 900001', '23503', 'a row of voicemail is still in use by users.voicemail_id',
	'a voicemail in use is not deleted');
SELECT lives_ok('DELETE FROM users WHERE firstname = ''x''; DELETE FROM voicemail WHERE id = 900001',
	'one that is not in use is');
SET LOCAL SESSION AUTHORIZATION rollcall_web;
SELECT lives_ok('DELETE FROM users WHERE id = 900001', 'web deletes a user');
SELECT is_empty('SELECT FROM line WHERE id = 900001', 'with his line');
SELECT is_empty('SELECT FROM extension WHERE id = 900001', 'its extension');
SELECT is_empty('SELECT FROM user_label WHERE user_id = 900001', 'his labels');
SELECT is_empty('SELECT FROM user_call_permission WHERE user_id = 900001', 'and call permissions');
SELECT results_eq('SELECT user_id, ring_seconds FROM incall WHERE id = 900001', 'SELECT NULL::bigint, NULL::int',
	'and leaves his incoming number free');
SET LOCAL SESSION AUTHORIZATION DEFAULT;
SELECT isnt_empty('SELECT FROM line WHERE id = 900002', 'another tenant''s line stays');
SELECT throws_ok('UPDATE users SET id = 5 WHERE id = 900002', '23503', NULL, 'a key that others may refer to does not change');
SELECT throws_ok('TRUNCATE users CASCADE', '23503', NULL, 'and no such table is truncated');
SELECT throws_ok('DELETE FROM tenant WHERE id = 2', '23503', NULL, 'a tenant with users is not deleted');

-- Many at once, which lead to rows of this transaction: those are looked at as a whole.
INSERT INTO users (tenant_id, id, firstname) SELECT 1 + n / 2001, 920000 + n, 'Own' FROM generate_series(1, 2010) n;
CREATE FUNCTION pg_temp.many(but_one bigint) RETURNS text
LANGUAGE sql AS $$
	SELECT format('INSERT INTO incall (tenant_id, context_id, exten, user_id)
		SELECT 1, (SELECT id FROM context WHERE tenant_id = 1 AND name = ''from-extern''), n::text,
			CASE WHEN n = 1234 THEN %s ELSE 920000 + n END
		FROM generate_series(1, 2000) n', but_one)
$$;
SELECT throws_ok(pg_temp.many(920000), '23503', NULL, 'one among two thousand that leads nowhere fails them all');
SELECT throws_ok(pg_temp.many(922005), '23503', NULL, 'so does one to another tenant''s new row');
SELECT throws_ok(pg_temp.many(900002), '23503', NULL, 'and one to another tenant''s old row');
SELECT lives_ok(pg_temp.many(921234), 'without it they pass');
-- Each of two thousand ids side by side, some of them twice.
CREATE FUNCTION pg_temp.span(first int) RETURNS text
LANGUAGE sql AS $$
	SELECT format('INSERT INTO incall (tenant_id, context_id, exten, user_id)
		SELECT 1, (SELECT id FROM context WHERE tenant_id = 1 AND name = ''from-extern''), (%1$s + n)::text, 920001 + n %% 2000
		FROM generate_series(0, 2999) n', first)
$$;
SELECT lives_ok(pg_temp.span(10000), 'a whole span of new rows passes');
DELETE FROM users WHERE id = 921500;
SELECT throws_ok(pg_temp.span(20000), '23503', NULL, 'a span in which one is missing fails');
INSERT INTO users (tenant_id, id, firstname) VALUES (2, 921500, 'Other');
SELECT throws_ok(pg_temp.span(20000), '23503', NULL, 'also where another tenant has that one');

-- With others at the same time: rows that are committed, by two sessions beside this one.
CREATE EXTENSION IF NOT EXISTS dblink;
SELECT dblink_connect(name, format('host=%s dbname=%s user=%s options=''-c rollcall.scope={1,2}''',
	split_part(current_setting('unix_socket_directories'), ',', 1), current_database(), current_user))
FROM (VALUES ('a'), ('b')) AS v (name) \g /dev/null
SELECT dblink_exec('a', $$INSERT INTO users (tenant_id, id, firstname) VALUES (1, 900010, 'Parent'), (1, 900011, 'Other')$$) \g /dev/null

-- Whether session b, whose statement was sent, waits for a.
CREATE FUNCTION pg_temp.waits() RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1..2000 LOOP
		IF dblink_is_busy('b') = 0 THEN
			RETURN false;
		END IF;
		PERFORM pg_stat_clear_snapshot();
		IF EXISTS (SELECT FROM pg_stat_activity
		    WHERE datname = current_database() AND wait_event_type = 'Lock') THEN
			RETURN true;
		END IF;
		PERFORM pg_sleep(0.005);
	END LOOP;
	RETURN false;
END
$$;
-- What session b's statement came to: its status, or the error.
CREATE FUNCTION pg_temp.came_to() RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	status text;
BEGIN
	SELECT r INTO status FROM dblink_get_result('b', false) AS t (r text);
	RETURN coalesce(status, dblink_error_message('b'));
END
$$;

SELECT dblink_exec('a', 'BEGIN') \g /dev/null
SELECT dblink_exec('a', $$INSERT INTO users (tenant_id, id, firstname) SELECT 1, 900100 + n, 'New' FROM generate_series(1, 2000) n$$) \g /dev/null
-- Two thousand to rows of its own, and one to a row that others see.
-- Of a length that this transaction has added none of: how many there are of a length is one row (number_count).
SELECT dblink_exec('a', $$INSERT INTO incall (tenant_id, id, context_id, exten, user_id)
	SELECT 1, 900010 + n, id, (5000000000 + n)::text, CASE n WHEN 0 THEN 900010 ELSE 900100 + n END
	FROM context, generate_series(0, 2000) n WHERE tenant_id = 1 AND name = 'from-extern'$$) \g /dev/null
SELECT dblink_send_query('b', 'DELETE FROM users WHERE id = 900010') \g /dev/null
SELECT ok(pg_temp.waits(), 'who deletes a row waits for one who has just referred to it');
SELECT dblink_exec('a', 'COMMIT') \g /dev/null
SELECT is(pg_temp.came_to(), 'DELETE 1', 'and sees the reference then');
SELECT * FROM dblink_get_result('b', false) AS t (r text) \g /dev/null
SELECT results_eq('SELECT user_id FROM dblink(''a'', ''SELECT user_id FROM incall WHERE id = 900010'') AS t (user_id bigint)',
	'SELECT NULL::bigint', 'which it clears');

SELECT dblink_exec('a', 'BEGIN') \g /dev/null
SELECT dblink_exec('a', 'DELETE FROM users WHERE id = 900011') \g /dev/null
SELECT dblink_send_query('b', 'UPDATE incall SET user_id = 900011 WHERE id = 900010') \g /dev/null
SELECT ok(pg_temp.waits(), 'who refers to a row waits for one who has just deleted it');
SELECT dblink_exec('a', 'COMMIT') \g /dev/null
SELECT matches(pg_temp.came_to(), 'incall.user_id leads to no row of users', 'and fails then');
SELECT * FROM dblink_get_result('b', false) AS t (r text) \g /dev/null
SELECT throws_matching($$SELECT dblink_exec('b', 'BEGIN ISOLATION LEVEL REPEATABLE READ; DELETE FROM incall WHERE id = 900010; DELETE FROM users WHERE id = 900010; DELETE FROM voicemail WHERE id < 0')$$,
	'READ COMMITTED only', 'other isolation levels, which might not see a newer reference, delete nothing');
SELECT dblink_exec('b', 'ROLLBACK') \g /dev/null
SELECT dblink_exec('a', 'DELETE FROM incall WHERE id BETWEEN 900010 AND 902010') \g /dev/null
SELECT dblink_exec('a', 'DELETE FROM users WHERE id BETWEEN 900101 AND 902100') \g /dev/null
SELECT dblink_disconnect(name) FROM (VALUES ('a'), ('b')) AS v (name) \g /dev/null

SELECT * FROM finish();
