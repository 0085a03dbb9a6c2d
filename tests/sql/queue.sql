-- The queue as the web role may use it.  The queries are those of the program.
\set QUIET on
\set ON_ERROR_STOP on
\set job_add `sed -n '/^-- name: job_add$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set job_chunk_add `sed -n '/^-- name: job_chunk_add$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set job_find `sed -n '/^-- name: job_find$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set job_list `sed -n '/^-- name: job_list$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set job_wait_take `sed -n '/^-- name: job_wait_take$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
PREPARE job_add AS :job_add
PREPARE job_chunk_add AS :job_chunk_add
PREPARE job_find AS :job_find
PREPARE job_list AS :job_list
PREPARE job_wait_take AS :job_wait_take

SELECT plan(20);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

CREATE FUNCTION pg_temp.set_scope(scope text, root text DEFAULT 'off') RETURNS void LANGUAGE sql
AS $$ SELECT set_config('rollcall.scope', scope, true), set_config('rollcall.root', root, true) $$;

\set sum 'sha256(\'a file\')'

SET ROLE rollcall_web;
SELECT pg_temp.set_scope('{1}') \g /dev/null

EXECUTE job_chunk_add(900, 0, 1, 'firstname');
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', '23503', NULL, 'chunks without a job are not stored');

RESET ROLE;
DELETE FROM job_chunk;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SET ROLE rollcall_web;

EXECUTE job_chunk_add(901, 0, 1, 'firstname');
EXECUTE job_add(901, 1, 7, 'alice', 'import', 'users.csv', 9, :sum, '1.a', 'f') \gset
SELECT is(:id, 901, 'an upload becomes a job');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'whose chunks belong to it');
SET CONSTRAINTS ALL DEFERRED;
SELECT results_eq('SELECT state, phase, attempt, errors FROM job WHERE id = 901',
	$$VALUES ('queued', NULL::text, 0, 0::bigint)$$, 'it waits');
SELECT is_empty('SELECT FROM job_chunk', 'the web does not read back what was sent');

EXECUTE job_add(902, 1, 7, 'alice', 'import', 'users.csv', 9, :sum, '1.a', 'f') \g /dev/null
SELECT is(:ROW_COUNT, 0, 'the same form sent twice is one job');
EXECUTE job_add(903, 1, 8, 'carol', 'import', 'users.csv', 9, :sum, '1.a', 'f') \g /dev/null
SELECT is(:ROW_COUNT, 1, 'the nonce of another administrator is another one');

SELECT throws_ok('EXECUTE job_add(904, 2, 7, ''alice'', ''import'', ''x.csv'', 9, ''\x'', ''1.b'', ''f'')', '42501', NULL,
	'a job of a tenant outside of the scope is refused');
SELECT throws_ok('EXECUTE job_add(904, 0, 7, ''alice'', ''import'', ''x.csv'', 9, ''\x'', ''1.c'', ''f'')', '42501', NULL,
	'and so is one over all tenants');
SELECT throws_ok('EXECUTE job_chunk_add(901, 1, 2, ''x'')', '42501', NULL,
	'a chunk of another tenant is refused');
SELECT throws_ok('UPDATE job SET state = ''done''', '42501', NULL, 'the web changes no job');
SELECT throws_ok('DELETE FROM job', '42501', NULL, 'and deletes none');

SELECT pg_temp.set_scope('{1,2}', 'on') \g /dev/null
EXECUTE job_add(905, 0, 1, 'root', 'import', 'all.csv', 9, :sum, '0.a', 'f') \g /dev/null
EXECUTE job_add(906, 2, 1, 'root', 'import', 'globex.csv', 9, :sum, '2.a', 'f') \g /dev/null
CREATE TEMP TABLE seen AS EXECUTE job_list(0, 10);
SELECT results_eq('SELECT id FROM seen', ARRAY[906, 905, 903, 901], 'root sees all jobs, newest first');
CREATE TEMP TABLE found AS EXECUTE job_find(906);
SELECT results_eq('SELECT ahead, tenant_name, unattended FROM found', $$VALUES (3::bigint, 'globex', false)$$,
	'a job knows how many are before it');

SELECT pg_temp.set_scope('{2}') \g /dev/null
CREATE TEMP TABLE globex_sees AS EXECUTE job_list(0, 10);
SELECT results_eq('SELECT id FROM globex_sees', ARRAY[906], 'a tenant sees its own jobs alone');
CREATE TEMP TABLE hidden AS EXECUTE job_find(905);
SELECT is_empty('SELECT FROM hidden', 'not even by its number is another one found');
CREATE TEMP TABLE own AS EXECUTE job_find(906);
SELECT results_eq('SELECT ahead FROM own', ARRAY[0::bigint], 'jobs of others are not counted either');

RESET ROLE;
UPDATE job SET created_at = now() - interval '1 min' WHERE id = 906;
SET ROLE rollcall_web;
CREATE TEMP TABLE late AS EXECUTE job_find(906);
SELECT results_eq('SELECT unattended FROM late', ARRAY[true], 'that no worker is there is noticed');

CREATE TEMP TABLE slot AS EXECUTE job_wait_take(2);
SELECT results_eq('SELECT slot FROM slot', ARRAY[1], 'who waits takes a place');
SELECT results_eq('SELECT count(*) FROM pg_locks WHERE locktype = ''advisory'' AND classid = 5 AND pid = pg_backend_pid()',
	ARRAY[1::bigint], 'and one alone');
SELECT pg_advisory_unlock(5, 1) \g /dev/null

RESET ROLE;
SELECT * FROM finish();
