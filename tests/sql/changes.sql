-- What a job changes is kept by triggers, whoever writes: rows, masked, and apart their
-- secrets.
SELECT plan(26);

SELECT set_config('rollcall.scope', '{1}', true), set_config('rollcall.kind', 'update', true) \g /dev/null

-- What is kept of a job, one text a row.
CREATE FUNCTION pg_temp.kept(job int) RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT concat_ws(' ', how, relation, (old - '{id,uuid,tenant_id}'::text[])::json, (new - '{id,uuid,tenant_id}'::text[])::json)
	FROM kept_change WHERE job_id = job ORDER BY n, id
$$;

INSERT INTO voicemail (tenant_id, id, context_id, number, name, password)
	SELECT 1, 9001, id, '1900', 'v', '1234' FROM context WHERE tenant_id = 1 AND name = 'default';
INSERT INTO users (tenant_id, id, firstname, email, username, password_hash, voicemail_id)
	VALUES (1, 9001, 'Ann', 'Ann@acme.test', 'ann', '$6$x', 9001);
INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret,
		provisioning_code)
	SELECT 1, 9001, 9001, 'sip', c.id, t.id, 'annsip', 'annsecret', 999999
	FROM context c, line_template t
	WHERE c.tenant_id = 1 AND c.name = 'default' AND t.tenant_id = 1 AND t.name = 'default';
INSERT INTO extension (tenant_id, id, context_id, exten, line_id)
	SELECT 1, 9001, id, '1001', 9001 FROM context WHERE tenant_id = 1 AND name = 'default';
SELECT is_empty('SELECT FROM kept_change', 'nothing is kept outside of a job');

SELECT set_config('rollcall.job', '901', true) \g /dev/null
UPDATE users SET firstname = 'Anna', email = 'anna@acme.test', password_hash = NULL WHERE id = 9001;
UPDATE users SET firstname = 'Anna' WHERE id = 9001;
SELECT results_eq('SELECT pg_temp.kept(901)', ARRAY[
	'update users {"email": "Ann@acme.test", "firstname": "Ann", "password_hash": "********"} '
	'{"email": "anna@acme.test", "firstname": "Anna", "password_hash": null}'],
	'of an update the columns that changed, secrets masked; of one that changes nothing, nothing');
SELECT results_eq('SELECT old::text, new::text FROM job_row_secret WHERE job_id = 901',
	$$VALUES ('"password_hash"=>"$6$x"', '"password_hash"=>NULL')$$, 'the secrets are kept apart');
SELECT is(user_id, 9001::bigint, 'whose row it is') FROM job_row_change WHERE job_id = 901;

SELECT set_config('rollcall.job', '902', true) \g /dev/null
UPDATE line SET sip_secret = 'other' WHERE id = 9001;
SELECT results_eq('SELECT pg_temp.kept(902)',
	ARRAY['update line {"sip_secret": "********"} {"sip_secret": "********"}'],
	'what follows from other columns (account) is no change');

SELECT set_config('rollcall.job', '903', true) \g /dev/null
DELETE FROM users WHERE id = 9001;
SELECT results_eq('SELECT relation, user_id, name FROM job_row_change WHERE job_id = 903 ORDER BY n',
	$$VALUES ('users', 9001::bigint, NULL), ('line', 9001, NULL), ('extension', 9001, '1001')$$,
	'of a deletion what goes along, and whose it was');
SELECT is(old -> 'firstname', 'Anna', 'the whole row') FROM job_row_change
WHERE job_id = 903 AND relation = 'users';
SELECT is(s.old -> 'sip_secret', 'other', 'with its secrets') FROM job_row_change c
JOIN job_row_secret s USING (job_id, n) WHERE job_id = 903 AND relation = 'line';

SELECT set_config('rollcall.job', '904', true), set_config('rollcall.kind', 'import', true) \g /dev/null
INSERT INTO users (tenant_id, id, firstname) VALUES (1, 9002, 'Ben'), (1, 9003, 'Cid');
SELECT results_eq('SELECT relation, ids, low, high FROM job_made WHERE job_id = 904',
	$$VALUES ('users', NULL::bigint[], 9002::bigint, 9003::bigint)$$, 'of what an import makes the first and last id');
INSERT INTO users (tenant_id, id, firstname) VALUES (1, 9004, 'Dan'), (2, 9005, 'Eve'), (1, 9006, 'Fay');
SELECT results_eq('SELECT tenant_id, ids, low, high FROM job_made WHERE job_id = 904 AND low > 9003 ORDER BY tenant_id',
	$$VALUES (1, '{9004,9006}'::bigint[], 9004::bigint, 9006::bigint), (2, NULL, 9005, 9005)$$,
	'and each where another is between them');
SELECT results_eq('SELECT made FROM job_made, made_ids(ids, low, high) AS made WHERE job_id = 904 ORDER BY 1',
	'SELECT generate_series(9002::bigint, 9006)', 'which an undo reads');
SELECT results_eq($$SELECT id, (SELECT count(*) FROM user_history(1, id)) FROM generate_series(9003::bigint, 9006) AS id$$,
	'VALUES (9003::bigint, 1::bigint), (9004, 1), (9005, 0), (9006, 1)', 'and the history of each');
SELECT is_empty('SELECT pg_temp.kept(904)', 'no more than that');

SELECT set_config('rollcall.job', '905', true), set_config('rollcall.rehearsal', 'on', true) \g /dev/null
DELETE FROM users WHERE id = 9002;
SELECT is_empty('SELECT pg_temp.kept(905)', 'of a check nothing');

-- Users' own columns: many in a stored row, the same in a row each.
SELECT set_config('rollcall.rehearsal', '', true), set_config('rollcall.kind', 'update', true), set_config('rollcall.job', '906', true) \g /dev/null
INSERT INTO users (tenant_id, id, firstname, lastname, enabled) SELECT 1, n, 'Many', 'of ' || n, n % 2 = 0 FROM generate_series(20000, 22499) AS n;
SELECT set_config('rollcall.job', '907', true) \g /dev/null
UPDATE users SET lastname = 'now ' || id, enabled = CASE WHEN id % 3 = 0 THEN NOT enabled ELSE enabled END,
	email = CASE WHEN id % 5 = 0 THEN id || '@acme.test' END WHERE id BETWEEN 20000 AND 22499 AND id % 7 > 0;
SELECT set_config('rollcall.job', '908', true) \g /dev/null
UPDATE users SET enabled = id < 21000 WHERE id BETWEEN 20000 AND 22499;
SELECT results_eq('SELECT job_id, thousand, size FROM job_change_block WHERE job_id IN (907, 908) ORDER BY job_id, n',
	$$SELECT 907, id / 1000, count(*)::int FROM users WHERE id BETWEEN 20000 AND 22499 AND id % 7 > 0 GROUP BY id / 1000
		UNION ALL SELECT 908, thousand, size FROM (VALUES (1, 20, (SELECT count(*)::int FROM kept_change
				WHERE job_id = 908 AND id < 21000)), (2, 21, (SELECT count(*)::int FROM kept_change WHERE job_id = 908 AND id BETWEEN 21000 AND 21999)),
			(3, 22, (SELECT count(*)::int FROM kept_change WHERE job_id = 908 AND id > 21999))) AS b (place, thousand, size) ORDER BY 1, 2$$,
	'those of a thousand ids are one stored row');
SELECT results_eq('SELECT user_id, id, item_id, name, how, old::text, new::text, (change).n = n FROM kept_change WHERE job_id = 907 ORDER BY id',
	$$SELECT id, id, 0::bigint, NULL, 'update', (hstore('lastname', 'of ' || id)
			|| CASE WHEN id % 3 = 0 THEN hstore('enabled', CASE id % 2 WHEN 0 THEN 't' ELSE 'f' END) ELSE '' END
			|| CASE WHEN id % 5 = 0 THEN 'email=>NULL' ELSE ''::hstore END)::text,
		(hstore('lastname', lastname) || CASE WHEN id % 3 = 0 THEN hstore('enabled', CASE id % 2 WHEN 0 THEN 'f' ELSE 't' END) ELSE '' END
			|| CASE WHEN id % 5 = 0 THEN hstore('email', email) ELSE '' END)::text, true
		FROM users WHERE id BETWEEN 20000 AND 22499 AND id % 7 > 0 ORDER BY id$$,
	'of each user the columns that changed');
SELECT results_eq('SELECT DISTINCT (id < 21000)::int, old::text, new::text FROM kept_change WHERE job_id = 908 ORDER BY 1',
	$$VALUES (0, '"enabled"=>"t"', '"enabled"=>"f"'), (1, '"enabled"=>"f"', '"enabled"=>"t"')$$, 'a column alone as among others');

-- A page of them is the same part of the whole, of blocks and rows in turn.
DELETE FROM users WHERE id BETWEEN 20000 AND 20009;
UPDATE users SET lastname = NULL WHERE id BETWEEN 20990 AND 21010;
DELETE FROM users WHERE id BETWEEN 22000 AND 22009;
SELECT results_eq('SELECT (page.change).* FROM generate_series(0, 2700, 90) AS skip
		CROSS JOIN LATERAL (SELECT change, ordinality FROM changes_of_job(908, true, skip, 90) WITH ORDINALITY) AS page ORDER BY skip, ordinality',
	'SELECT (change).* FROM kept_change WHERE job_id = 908 ORDER BY n, place', 'the pages of a job are all that is kept of it');
SELECT is((SELECT count(*)::int FROM job_change_block WHERE job_id = 908), 5, 'out of blocks');
SELECT cmp_ok((SELECT count(*)::int FROM job_row_change WHERE job_id = 908), '>=', 20, 'and rows');

-- A job from before has a row each: the same is read of it.
CREATE TEMP TABLE block AS SELECT * FROM job_change_block WHERE job_id IN (907, 908);
CREATE TEMP TABLE told AS SELECT id, event.job_id, what, column_name, was, becomes
	FROM users CROSS JOIN LATERAL user_history(1, id) AS event WHERE id BETWEEN 20990 AND 21010;
INSERT INTO job_row_change (job_id, tenant_id, relation, id, user_id, how, old, new)
	SELECT job_id, tenant_id, relation, id, user_id, how, old, new FROM kept_change WHERE job_id IN (907, 908) ORDER BY n, place;
DELETE FROM job_change_block WHERE job_id IN (907, 908);
SELECT set_eq('SELECT id, event.job_id, what, column_name, was, becomes
	FROM users CROSS JOIN LATERAL user_history(1, id) AS event WHERE id BETWEEN 20990 AND 21010', 'SELECT * FROM told', 'a row each is read alike');
INSERT INTO job_change_block SELECT * FROM block;
DELETE FROM job_row_change WHERE job_id IN (907, 908);

-- The history of a user reads the blocks of one thousand, whatever else is kept.
INSERT INTO job_change_block SELECT 910 + j, n, tenant_id, 5000 + j, size, ids, old, new FROM block, generate_series(1, 300) j;
ANALYZE job_change_block, job_row_change;
CREATE FUNCTION pg_temp.blocks_read() RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) SELECT c.change FROM kept_change c WHERE c.tenant_id = 1 AND c.user_id = 21000 AND c.thousand = 21000 / 1000' INTO plan;
	RETURN (SELECT sum((node ->> 'Actual Rows')::int + coalesce((node ->> 'Rows Removed by Filter')::int, 0))
		FROM jsonb_path_query(plan::jsonb, '$.**') AS node WHERE node ->> 'Relation Name' = 'job_change_block' OR node ->> 'Index Name' ~ 'job_change_block');
END
$$;
SELECT cmp_ok(pg_temp.blocks_read(), '<=', 4, 'the history of a user reads the blocks of one thousand');

SET LOCAL ROLE rollcall_web;
SELECT is((SELECT count(*)::int FROM kept_change WHERE job_id = 907 AND user_id = 20001), 1, 'the web reads what is kept of its tenant');
SELECT throws_ok('SELECT FROM job_row_secret', '42501', NULL, 'the web reads no kept secret');
SELECT set_config('rollcall.scope', '{2}', true) \g /dev/null
SELECT is_empty('SELECT FROM kept_change', 'and no change of another tenant');
SELECT is_empty('SELECT FROM job_change_block', 'nor a block of one');
RESET ROLE;
SELECT * FROM finish();
