-- The users of a job: of a thousand rows of a file in one stored row, and in a row each, are read as one.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(9);
SELECT set_config('rollcall.scope', '{1,2}', true) \g /dev/null

-- Job 901: blocks as a job writes them, and rows of users who left, some of whom no row names.
CREATE TEMP TABLE named AS
	SELECT n::bigint AS row_number, 1 + (n % 50 = 7)::int AS tenant_id, (n + 10000)::bigint AS user_id, gen_random_uuid() AS user_uuid,
		CASE n % 11 WHEN 0 THEN 'created' WHEN 1 THEN 'unchanged' END AS how, NULL AS user_name
	FROM generate_series(1, 4700) n WHERE n % 100 <> 50;
INSERT INTO job_row_block (job_id, thousand, tenant_id, how, size, row_numbers, user_ids, user_uuids)
SELECT 901, row_number / 1000, tenant_id, how, count(*), array_agg(row_number), array_agg(user_id), array_agg(user_uuid)
FROM named GROUP BY row_number / 1000, tenant_id, how;
INSERT INTO named
	SELECT CASE WHEN n % 100 = 50 THEN n ELSE -n END, 1, n + 30000, gen_random_uuid(), CASE WHEN n % 3 = 0 THEN 'disabled' ELSE 'deleted' END, 'Name ' || n
	FROM generate_series(1, 2500) n WHERE n % 100 = 50 OR n % 10 = 1;
INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid, how, user_name)
SELECT 901, row_number, tenant_id, user_id, user_uuid, how, user_name FROM named WHERE user_id > 30000;
-- Others beside it, of whole thousands.
INSERT INTO job_row_block SELECT 902 + j, thousand, tenant_id, how, size, row_numbers, user_ids, user_uuids
	FROM job_row_block CROSS JOIN generate_series(0, 50) j WHERE job_id = 901;
ANALYZE job_row_block, job_row;
GRANT SELECT ON named TO rollcall_web;

SELECT set_eq('SELECT row_number, tenant_id, user_id, user_uuid, how, user_name FROM job_user WHERE job_id = 901', 'SELECT * FROM named',
	'both shapes are one view');
SELECT results_eq('SELECT page.row_number, page.user_uuid FROM generate_series(0, 6000, 70) AS skip
		CROSS JOIN LATERAL users_of_job(901, skip, 70) WITH ORDINALITY AS page ORDER BY skip, page.ordinality',
	'SELECT row_number, user_uuid FROM named WHERE how IS DISTINCT FROM ''unchanged'' ORDER BY row_number < 0, abs(row_number)',
	'the pages are all whom it touched, in the order of the file, last those whom no row names');
SELECT is_empty('SELECT FROM users_of_job(901, 100000, 70)', 'after the last one there is nobody');
SELECT is_empty('SELECT FROM users_of_job(999, 0, 70)', 'nor in a job without users');

-- Of a large job a page reads its own thousand.
\i tests/lib/rows_read.sql
SELECT cmp_ok(pg_temp.rows_read('SELECT * FROM job_user WHERE job_id = 901 AND row_number BETWEEN 2010 AND 2020 AND thousand BETWEEN 2 AND 2', '{job_row_block}'), '<=', 6::bigint,
	'rows of a file read the blocks of their thousand');
SELECT cmp_ok(pg_temp.rows_read('SELECT * FROM job_user WHERE job_id = 901', '{job_row_block}'), '<=', 30::bigint, 'and those of a job no other one''s');

SET LOCAL ROLE rollcall_web;
SELECT set_config('rollcall.scope', '{2}', true) \g /dev/null
SELECT set_eq('SELECT row_number FROM job_user WHERE job_id = 901', 'SELECT row_number FROM named WHERE tenant_id = 2', 'a tenant sees its own alone');
SELECT set_eq('SELECT row_number FROM users_of_job(901, 0, 10000)',
	'SELECT row_number FROM named WHERE tenant_id = 2 AND how IS DISTINCT FROM ''unchanged''', 'on pages too');
SELECT throws_ok('DELETE FROM job_row_block', '42501', NULL, 'and the web writes none');
RESET ROLE;
SELECT * FROM finish();
