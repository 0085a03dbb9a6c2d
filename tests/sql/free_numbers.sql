-- Free numbers of ranges, and the first of them: what counting one by one gives, whatever
-- becomes of the numbers.
\set QUIET on
\set ON_ERROR_STOP on
\set ranges `sed -n '/^-- name: users_ranges$/,/^-- name:/{/^--/d;p}' sql/queries/users.sql`
PREPARE ranges AS :ranges
SELECT plan(16);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

DELETE FROM context_range;
INSERT INTO context_range (tenant_id, context_id, kind, range_start, range_end, did_length)
SELECT 1, c.id, kind, low, high, ending
FROM context c
JOIN (VALUES ('default', 'user', '1000', '1999', 0), ('default', 'user', '0500', '0999', 0), ('default', 'user', '10500', '13499', 0),
	('default', 'user', '20010', '20020', 0), ('default', 'user', '30000', '32999', 0), ('default', 'user', '100000000000000000', '900000000000000000', 0),
	('from-extern', 'incall', '2000', '4999', 0), ('from-extern', 'incall', '+336660000', '+336660099', 4),
	('from-extern', 'incall', '0033100000', '0033100999', 0)) AS r (context, kind, low, high, ending) ON r.context = c.name
WHERE c.tenant_id = 1;

-- The same, by looking at each taken number.
CREATE TEMP VIEW plain AS
	WITH taken AS (
		SELECT tenant_id, context_id, 'user' AS kind, exten AS number FROM extension WHERE line_id IS NOT NULL
		UNION ALL
		SELECT tenant_id, context_id, 'incall', exten FROM incall WHERE user_id IS NOT NULL
		UNION ALL
		SELECT tenant_id, context_id, kind, number FROM context_reserved CROSS JOIN (VALUES ('user'), ('incall')) AS k (kind)
	)
	SELECT r.context_id AS id, r.low, r.high, r.high::bigint - r.low::bigint + 1 - n.n AS free,
		(SELECT min(number)::bigint FROM (
			SELECT lpad(number::text, length(r.low), '0') COLLATE "C"
			FROM generate_series(r.low::bigint, least(r.high::bigint, r.low::bigint + 5000)) number
			EXCEPT
			SELECT unnest(n.numbers)) AS free (number)) AS next
	FROM context_range r
	CROSS JOIN LATERAL (
		SELECT count(*) AS n, coalesce(array_agg(number), '{}') AS numbers FROM (
			SELECT DISTINCT CASE WHEN r.did_length > 0 THEN right(ltrim(t.number, '+'), r.did_length)
				WHEN r.kind = 'incall' THEN ltrim(t.number, '+') ELSE t.number END AS number
			FROM taken t WHERE t.tenant_id = r.tenant_id AND t.context_id = r.context_id AND t.kind = r.kind
		) one
		WHERE length(number) = length(r.low) AND number BETWEEN r.low AND r.high AND number ~ '^[0-9]+$'
	) n;
CREATE FUNCTION pg_temp.differ() RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('rollcall.scope', '{1}', true);
	EXECUTE 'CREATE TEMP TABLE said AS EXECUTE ranges';
	CREATE TEMP TABLE counted AS SELECT * FROM plain;
	RETURN QUERY SELECT format('%s-%s: %s free from %s, not %s from %s', counted.low, counted.high, said.free, said.next, counted.free, counted.next)
		FROM counted JOIN said ON said.id = counted.id AND said.low = counted.low AND said.high = counted.high
		WHERE (said.free, said.next::bigint) IS DISTINCT FROM (counted.free, counted.next);
	DROP TABLE said, counted;
END
$$;

-- All numbers of each length that are counted in another way than one by one.
CREATE FUNCTION pg_temp.totals_differ() RETURNS SETOF record
LANGUAGE sql AS $$
	WITH counted AS (
		SELECT 'user' AS kind, tenant_id, context_id, octet_length(exten) AS length, count(*) AS n FROM extension GROUP BY 2, 3, 4
		UNION ALL SELECT 'incall', tenant_id, context_id, octet_length(exten), count(*) FROM incall GROUP BY 2, 3, 4
		UNION ALL SELECT 'voicemail', tenant_id, context_id, octet_length(number), count(*) FROM voicemail GROUP BY 2, 3, 4
	), said AS (
		SELECT kind, tenant_id, context_id, digits, n FROM number_count WHERE block = -1 AND n <> 0
	)
	(TABLE counted EXCEPT TABLE said) UNION ALL (TABLE said EXCEPT TABLE counted)
$$;

SELECT is_empty('SELECT * FROM pg_temp.differ()', 'ranges of which nothing is taken');

INSERT INTO users (id, tenant_id, firstname) SELECT 600000 + n, 1, 'N' FROM generate_series(1, 6000) n;
INSERT INTO line (id, tenant_id, user_id, protocol, context_id, line_template_id, provisioning_code)
SELECT 600000 + n, 1, 600000 + n, 'sccp', c.id, t.id, -600000 - n
FROM generate_series(1, 6000) n, context c, line_template t
WHERE c.tenant_id = 1 AND c.name = 'default' AND t.tenant_id = 1 AND t.name = 'default';
-- Whole thousands and parts of them; longer numbers, a pattern, one that is nobody's.
INSERT INTO extension (tenant_id, context_id, exten, line_id)
SELECT 1, c.id, CASE WHEN n <= 1000 THEN (n + 999)::text WHEN n <= 1200 THEN '0' || (n - 501) WHEN n <= 3700 THEN (n + 9299)::text
	WHEN n <= 3711 THEN (n + 16309)::text WHEN n <= 5711 THEN (n + 26288)::text WHEN n = 5712 THEN '1000000' WHEN n = 5713 THEN '_1XXX'
	WHEN n = 5714 THEN '100000000000000000' WHEN n = 5715 THEN '32003' ELSE (n + 90000)::text END, 600000 + n
FROM generate_series(1, 6000) n, context c WHERE c.tenant_id = 1 AND c.name = 'default';
INSERT INTO extension (tenant_id, context_id, exten) SELECT 1, id, '1300000' FROM context WHERE tenant_id = 1 AND name = 'default';
INSERT INTO incall (tenant_id, context_id, exten, user_id)
SELECT 1, c.id, CASE WHEN n <= 2000 THEN CASE n % 3 WHEN 0 THEN '+' ELSE '' END || (1999 + n) WHEN n <= 2040 THEN '+3366600' || (n - 1941)
	WHEN n = 2041 THEN '0033100000' ELSE '99' || n END, CASE WHEN n % 500 > 0 THEN 600000 + n END
FROM generate_series(1, 2100) n, context c WHERE c.tenant_id = 1 AND c.name = 'from-extern';
-- PostgreSQL knows nothing of these tables yet.
CREATE FUNCTION pg_temp.rows_read() RETURNS bigint
LANGUAGE sql AS $$
	SELECT sum(pg_stat_get_xact_tuples_returned(relid))::bigint
	FROM unnest('{extension,incall}'::regclass[]) AS of
	CROSS JOIN LATERAL (SELECT of::oid AS relid UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid = of) r
$$;
SELECT set_config('rollcall.scope', '{1}', true) \g /dev/null
SELECT pg_temp.rows_read() AS before \gset
EXECUTE ranges \g /dev/null
SELECT cmp_ok(pg_temp.rows_read() - :before, '<', 200000::bigint, 'a table is read once for each range, not for each number');
ANALYZE extension, incall;
INSERT INTO voicemail (tenant_id, context_id, number, name)
SELECT 1, id, CASE WHEN n % 2 = 0 THEN '0' ELSE '' END || n, 'Box' FROM context, generate_series(1, 50) n WHERE tenant_id = 1 AND name = 'default';
SELECT is_empty('SELECT * FROM pg_temp.differ()', 'some full, some begun');
SELECT is_empty('SELECT FROM pg_temp.totals_differ() AS (kind text, tenant int, context bigint, length int, n bigint)',
	'and all numbers of each length are counted');
SELECT isnt_empty('SELECT FROM number_count WHERE n >= 1000', 'with full thousands');
SET SESSION AUTHORIZATION rollcall_worker;
SELECT set_config('rollcall.scope', '{1}', true) \g /dev/null
UPDATE extension SET line_id = NULL WHERE exten IN ('1500', '1501', '0700', '20015');
UPDATE incall SET user_id = NULL WHERE exten IN ('2500', '+2501');
RESET SESSION AUTHORIZATION;
SELECT is_empty('SELECT * FROM pg_temp.differ()', 'numbers that are free again');
UPDATE extension SET exten = CASE exten WHEN '1002' THEN '1003' WHEN '1003' THEN '1002' ELSE '13499' END WHERE exten IN ('1002', '1003', '1004');
UPDATE incall SET exten = '4500' WHERE exten = '2000';
SELECT is_empty('SELECT * FROM pg_temp.differ()', 'numbers that change, or pass');
DELETE FROM users WHERE id BETWEEN 601200 AND 601700 OR id = 600001;
DELETE FROM extension WHERE exten IN ('1700', '31000');
DELETE FROM incall WHERE exten = '2010';
SELECT is_empty('SELECT * FROM pg_temp.differ()', 'users and numbers that go');
INSERT INTO context_reserved (tenant_id, context_id, number)
SELECT 1, c.id, n.number
FROM (VALUES ('default', '1000'), ('default', '1001'), ('default', '1250'), ('default', '0500'), ('default', '10500'), ('default', '20010'), ('default', '20015'),
	('from-extern', '2000'), ('from-extern', '+2001'), ('from-extern', '2010'), ('from-extern', '+336660040'), ('from-extern', '0033100001')) AS n (context, number)
JOIN context c ON c.tenant_id = 1 AND c.name = n.context;
SELECT is_empty('SELECT * FROM pg_temp.differ()', 'numbers that are reserved, with an owner or without');
UPDATE voicemail SET number = number || '7' WHERE number < '07';
DELETE FROM voicemail WHERE number > '3';
SELECT isnt_empty('SELECT FROM number_count WHERE kind = ''voicemail'' AND block = -1 AND n > 0', 'some voicemails are left');
SELECT is_empty('SELECT FROM pg_temp.totals_differ() AS (kind text, tenant int, context bigint, length int, n bigint)',
	'what changed and what is gone is counted too');
SELECT is_empty('SELECT FROM number_count WHERE n < 0 OR n > 1000 AND block >= 0', 'no count is impossible');
SELECT throws_ok('SET LOCAL ROLE rollcall_web; UPDATE number_count SET n = 0', '42501', NULL, 'nobody else writes counts');
RESET ROLE;
SELECT set_config('rollcall.scope', '{2}', true) \g /dev/null
SET ROLE rollcall_web;
SELECT is_empty('SELECT FROM number_count WHERE tenant_id = 1', 'nor sees those of another tenant');
RESET ROLE;
SELECT is_empty($$SELECT rolname FROM pg_roles WHERE rolname IN ('rollcall_web', 'rollcall_worker', 'rollcall_owner')
	AND 'jit=off' <> ALL (coalesce(rolconfig, '{}'))$$, 'no query of the program is compiled');
SET jit = on;
\set settings `sed -n '/^-- name: session_settings$/,/^-- name:/{/^--/d;p}' sql/queries/db.sql`
:settings \g /dev/null
SELECT is(current_setting('jit'), 'off', 'nor where the settings of the role do not count');

SELECT * FROM finish();
