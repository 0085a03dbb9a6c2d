-- The list of users, deleting, and the free numbers, as the web role asks for
-- them.  The queries are those of the program.
\set QUIET on
\set ON_ERROR_STOP on
\set list `sed -n '/^-- name: users_list$/,/^-- name:/{/^--/d;p}' sql/queries/users.sql`
\set count `sed -n '/^-- name: users_count$/,/^-- name:/{/^--/d;p}' sql/queries/users.sql`
\set one `sed -n '/^-- name: users_one$/,/^-- name:/{/^--/d;p}' sql/queries/users.sql`
\set lock `sed -n '/^-- name: users_delete_lock$/,/^-- name:/{/^--/d;p}' sql/queries/users.sql`
\set delete_incalls `sed -n '/^-- name: users_delete_incalls$/,/^-- name:/{/^--/d;p}' sql/queries/users.sql`
\set delete `sed -n '/^-- name: users_delete$/,/^-- name:/{/^--/d;p}' sql/queries/users.sql`
\set ranges `sed -n '/^-- name: users_ranges$/,/^-- name:/{/^--/d;p}' sql/queries/users.sql`
PREPARE list AS :list
PREPARE count AS :count
PREPARE one AS :one
PREPARE lock AS :lock
PREPARE delete_incalls AS :delete_incalls
PREPARE delete AS :delete
PREPARE ranges AS :ranges

SELECT plan(45);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

INSERT INTO users (id, tenant_id, uuid, firstname, lastname, email, username, userfield, enabled,
	call_permission_password, password_hash)
VALUES (7001, 1, '00000000-0000-4000-8000-000000007001', 'Zoé', 'Martin', 'z@example.org', 'zm', '50%_off', true, '12#', '$y$x'),
	(7002, 1, '00000000-0000-4000-8000-000000007002', 'élodie', 'Dupont', NULL, NULL, NULL, false, NULL, NULL),
	(7003, 1, '00000000-0000-4000-8000-000000007003', 'Eric', NULL, NULL, 'Login.Eric', 'back\slash', true, NULL, NULL),
	(7004, 1, '00000000-0000-4000-8000-000000007004', 'Anna', 'Zimmer', NULL, NULL, '500 offers', true, NULL, NULL),
	(7005, 2, '00000000-0000-4000-8000-000000007005', 'Foreign', 'Martin', NULL, NULL, NULL, true, NULL, NULL);
INSERT INTO line (id, tenant_id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
SELECT column1, 1, column1, column2, context.id, line_template.id, column3, column4, column5
FROM (VALUES (7001, 'sip', 'zoe', 'hush', 1234567), (7002, 'sccp', NULL, NULL, 999999),
	(7003, 'webrtc', 'eric', 'quiet', 888888)) v, context, line_template
WHERE context.tenant_id = 1 AND context.name = 'default'
	AND line_template.tenant_id = 1 AND line_template.name = 'default';
INSERT INTO extension (tenant_id, context_id, exten, line_id)
SELECT 1, context_id, column2, column1
FROM (VALUES (7001, '1000'), (7002, '999'), (7003, '1002')) v JOIN line ON line.id = column1;
INSERT INTO extension (tenant_id, context_id, exten)
SELECT 1, context_id, '1003' FROM line WHERE id = 7001;
INSERT INTO incall (tenant_id, context_id, exten, user_id, ring_seconds)
SELECT 1, id, column1, column2, column3
FROM (VALUES ('2000', 7001, 20), ('2001', 7001, NULL), ('2002', NULL, NULL)) v (column1, column2, column3), context
WHERE tenant_id = 1 AND name = 'from-extern';
INSERT INTO voicemail (id, tenant_id, context_id, number, name, password)
SELECT 7001, 1, id, '1000', 'Zoé', '4321' FROM context WHERE tenant_id = 1 AND name = 'default';
UPDATE users SET voicemail_id = 7001 WHERE id = 7001;
-- The last range of tenant 1: no room for two.
INSERT INTO context_range (tenant_id, context_id, kind, range_start, range_end)
SELECT 1, id, 'user', '999', '999' FROM context WHERE tenant_id = 1 AND name = 'default';
INSERT INTO context_range (tenant_id, context_id, kind, range_start, range_end, did_length)
SELECT 1, id, 'incall', '+3312000', '+3312009', 4 FROM context WHERE tenant_id = 1 AND name = 'from-extern';
INSERT INTO context_range (tenant_id, context_id, kind, range_start, range_end)
SELECT 1, id, 'incall', repeat('1', 30), repeat('2', 30) FROM context WHERE tenant_id = 1 AND name = 'from-extern';

INSERT INTO user_label SELECT 1, v, id FROM label, (VALUES (7001), (7004)) u (v) WHERE tenant_id = 1 AND name = 'sales';
INSERT INTO label (id, tenant_id, name) VALUES (7002, 2, 'other');
INSERT INTO user_label VALUES (2, 7005, 7002);
INSERT INTO user_call_permission SELECT 1, 7003, id FROM call_permission WHERE tenant_id = 1 AND name = 'mobile';
INSERT INTO sip.location (ruid, username, contact, expires)
SELECT 'r1', concat(tenant_id, '-', id, '-', account), 'sip:zoe@192.0.2.1', now() AT TIME ZONE 'UTC' + interval '1 h'
FROM line WHERE id = 7001;
INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid) VALUES
	(7001, 1, 1, 7001, '00000000-0000-4000-8000-000000007001'), (7001, 2, 1, 7002, '00000000-0000-4000-8000-000000007002'),
	(7002, 1, 2, 7005, '00000000-0000-4000-8000-000000007005');
SELECT set_config('rollcall.scope', '{1}', true) \g /dev/null
SET ROLE rollcall_web;

-- the list

CREATE TEMP TABLE t1 AS EXECUTE list('{}', 'name', false, 100, 0, false);
SELECT results_eq('SELECT firstname FROM t1 WHERE uuid IS NOT NULL', ARRAY['Anna', 'élodie', 'Eric', 'Zoé'],
	'by name as people sort: neither case nor accent goes first, no other tenant');
CREATE TEMP TABLE t2 AS EXECUTE list('{}', 'name', true, 2, 1, false);
SELECT results_eq('SELECT firstname FROM t2 WHERE uuid IS NOT NULL', ARRAY['Eric', 'élodie'], 'the other way round, one page of it');
CREATE TEMP TABLE t3 AS EXECUTE list('{}', 'exten', false, 100, 0, false);
SELECT results_eq('SELECT exten COLLATE "default" FROM t3 WHERE uuid IS NOT NULL', ARRAY['999', '1000', '1002', NULL], 'by number: 999 is before 1000, none is last');
CREATE TEMP TABLE t4 AS EXECUTE list('{}', 'exten', true, 100, 0, false);
SELECT results_eq('SELECT exten COLLATE "default" FROM t4 WHERE uuid IS NOT NULL', ARRAY['1002', '1000', '999', NULL], 'none is last the other way round too');
CREATE TEMP TABLE t5 AS EXECUTE list('{}', 'code', false, 100, 0, false);
SELECT results_eq('SELECT provisioning_code FROM t5 WHERE uuid IS NOT NULL', ARRAY[888888, 999999, 1234567, NULL], 'by provisioning code');
CREATE TEMP TABLE t6 AS EXECUTE list('{}', 'protocol', false, 100, 0, false);
SELECT results_eq('SELECT protocol FROM t6 WHERE uuid IS NOT NULL', ARRAY['sccp', 'sip', 'webrtc', NULL], 'by protocol');
CREATE TEMP TABLE t7 AS EXECUTE list('{}', 'entity', true, 100, 0, false);
SELECT results_eq('SELECT firstname FROM t7 WHERE uuid IS NOT NULL', ARRAY['Anna', 'élodie', 'Eric', 'Zoé'],
	'by entity: those of one are by name');

CREATE FUNCTION pg_temp.filtered(filter jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
	row record;
	names text[] := '{}';
	listed bigint;
BEGIN
	FOR row IN EXECUTE format('EXECUTE list(%L, ''name'', false, 100, 0, true)', filter) LOOP
		IF row.uuid IS NULL THEN
			listed := row.total;
			CONTINUE;
		END IF;
		names := names || row.firstname;
	END LOOP;
	EXECUTE format('EXECUTE count(%L)', filter) INTO n;
	IF n <> cardinality(names) OR n IS DISTINCT FROM listed OR n <> (SELECT count(*) FROM users_chosen(filter)) THEN
		RETURN 'counted ' || n;
	END IF;
	RETURN array_to_string(names, ' ');
END
$$;
CREATE FUNCTION pg_temp.found(search text, context text DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.filtered(jsonb_strip_nulls(jsonb_build_object('search', search, 'context', context))) $$;
SELECT is(pg_temp.found('ÉLO'), 'élodie', 'a search is for a part, in any case');
SELECT is(pg_temp.found('zoé m'), 'Zoé', 'first and last name are one text');
SELECT is(pg_temp.found('100'), 'Eric Zoé', 'a part of the number');
SELECT is(pg_temp.found('@EXAMPLE'), 'Zoé', 'a part of the e-mail');
SELECT is(pg_temp.found('login.'), 'Eric', 'a part of the login');
SELECT is(pg_temp.found('50%_'), 'Zoé', 'percent and underscore mean themselves');
SELECT is(pg_temp.found('\'), 'Eric', 'a backslash too');
SELECT is(pg_temp.found('Martin'), 'Zoé', 'nobody of another tenant is found');
SELECT is(pg_temp.found('zimmer500'), '', 'a search does not go across fields');
SELECT is(pg_temp.found('', 'default'), 'élodie Eric Zoé', 'by the context of the phone');
SELECT is(pg_temp.found('e', 'nowhere'), '', 'a context that is not there has nobody');
SELECT is(pg_temp.filtered(column1::jsonb), column2, column3) FROM (VALUES
	('{"label": "sales"}', 'Anna Zoé', 'by a label'),
	('{"label": "sales", "search": "zo"}', 'Zoé', 'a filter and a search'),
	('{"label": "other"}', '', 'the label of another tenant is none'),
	('{"permission": "mobile"}', 'Eric', 'by a call permission'),
	('{"protocol": "sccp"}', 'élodie', 'by the protocol'),
	('{"enabled": "no"}', 'élodie', 'who is disabled'),
	('{"enabled": "yes"}', 'Anna Eric Zoé', 'who is enabled'),
	('{"without": "number"}', 'Anna', 'without a number'),
	('{"without": "login"}', 'Anna élodie', 'without a login'),
	('{"phones": "missing"}', 'Eric', 'who could be registered and is not: neither disabled nor without SIP'),
	('{"job": "7001"}', 'élodie Zoé', 'the users of a job'),
	('{"job": "7002"}', '', 'a job of another tenant has none'),
	('{"users": ["00000000-0000-4000-8000-000000007003", "00000000-0000-4000-8000-000000007005"]}', 'Eric',
		'those that are named and in scope'),
	('{"protocol": "sip", "enabled": "no"}', '', 'each condition must hold')) v;

-- one user

CREATE TEMP TABLE t8 AS EXECUTE one('00000000-0000-4000-8000-000000007001', false);
SELECT results_eq('SELECT sip_secret, call_permission_password, voicemail_password, password FROM t8',
	$$VALUES ('********', '********', '********', '********')$$, 'secrets are masked without the right to them');
CREATE TEMP TABLE t9 AS EXECUTE one('00000000-0000-4000-8000-000000007001', true);
SELECT results_eq('SELECT sip_secret, call_permission_password, voicemail_password, password FROM t9',
	$$VALUES ('hush', '12#', '4321', '********')$$, 'with the right they are shown, but never a password');
SELECT results_eq('SELECT incall_exten COLLATE "default", incall_ring_seconds FROM t9', $$VALUES (E'2000\n2001', E'20\n-')$$,
	'several incalls stand on lines of their own');
CREATE TEMP TABLE t10 AS EXECUTE one('00000000-0000-4000-8000-000000007005', true);
SELECT is_empty('SELECT 1 FROM t10', 'a user of another tenant is nobody');

-- free numbers

CREATE TEMP TABLE t11 AS EXECUTE ranges;
SELECT results_eq($$SELECT size, free, next COLLATE "default" FROM t11 WHERE name = 'default' AND low = '1000'$$,
	$$VALUES (1000::bigint, 998::bigint, '1001')$$,
	'the first gap is next; a number without a phone is free');
SELECT results_eq($$SELECT size, free, next COLLATE "default" FROM t11 WHERE name = 'default' AND low = '1000000'$$,
	$$VALUES (2000000::bigint, 2000000::bigint, '1000000')$$, 'numbers of another length are not of the range');
SELECT results_eq($$SELECT size, free, next COLLATE "default" FROM t11 WHERE name = 'default' AND low = '999'$$,
	$$VALUES (1::bigint, 0::bigint, NULL::text)$$, 'a full range has no next number');
SELECT results_eq($$SELECT free, next COLLATE "default" FROM t11 WHERE name = 'from-extern' AND low = '2000' AND high = '2009'$$,
	$$VALUES (8::bigint, '2002')$$, 'an incall without a user is free; a range counts its last digits');
SELECT results_eq($$SELECT size, free, next COLLATE "default" FROM t11 WHERE length(low) = 30$$,
	$$VALUES (NULL::bigint, NULL::bigint, NULL::text)$$, 'what is too long to count is not counted');

-- deleting

EXECUTE lock('{00000000-0000-4000-8000-000000007001}') \g /dev/null
SELECT results_eq($$SELECT classid::int, objid::int, mode FROM pg_locks
	WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid IN (1, 2) ORDER BY 1$$,
	$$VALUES (1, 0, 'ShareLock'), (2, 1, 'ExclusiveLock')$$, 'where no job runs the locks are had, of the users'' tenants alone');
SELECT is(current_setting('lock_timeout'), '0', 'and what follows waits as ever');
EXECUTE delete_incalls('{00000000-0000-4000-8000-000000007001,00000000-0000-4000-8000-000000007005}', false);
EXECUTE delete('{00000000-0000-4000-8000-000000007001,00000000-0000-4000-8000-000000007005}', false) \g /dev/null
SELECT results_eq($$SELECT (SELECT count(*) FROM line WHERE id = 7001), (SELECT count(*) FROM extension WHERE exten = '1000'),
		(SELECT count(*) FROM incall WHERE exten IN ('2000', '2001') AND user_id IS NULL AND ring_seconds IS NULL),
		(SELECT count(*) FROM voicemail WHERE id = 7001)$$,
	$$VALUES (0::bigint, 0::bigint, 2::bigint, 1::bigint)$$,
	'line and number go with the user; incalls stay free, the voicemail stays');

RESET ROLE;
SELECT results_eq('SELECT id FROM users WHERE id IN (7001, 7002, 7005) ORDER BY id',
	ARRAY[7002::bigint, 7005], 'only who was named and is in scope is deleted');
SELECT * FROM finish();
