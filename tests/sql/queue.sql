-- The queue as the web role may use it.  The queries are those of the program.
\set QUIET on
\set ON_ERROR_STOP on
\set job_add `sed -n '/^-- name: job_add$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set job_chunk_add `sed -n '/^-- name: job_chunk_add$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set job_find `sed -n '/^-- name: job_find$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set job_list `sed -n '/^-- name: job_list$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set job_wait_take `sed -n '/^-- name: job_wait_take$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set job_cancel `sed -n '/^-- name: job_cancel$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set job_apply `sed -n '/^-- name: job_apply$/,/^-- name:/{/^--/d;p}' sql/queries/job_web.sql`
\set worker_take `sed -n '/^-- name: worker_take$/,/^-- name:/{/^--/d;p}' sql/queries/worker.sql`
\set worker_progress `sed -n '/^-- name: worker_progress$/,/^-- name:/{/^--/d;p}' sql/queries/worker.sql`
\set worker_cancelled `sed -n '/^-- name: worker_cancelled$/,/^-- name:/{/^--/d;p}' sql/queries/worker.sql`
\set import_end `sed -n '/^-- name: import_end$/,/^-- name:/{/^--/d;p}' sql/queries/import.sql`
PREPARE job_add AS :job_add
PREPARE job_chunk_add AS :job_chunk_add
PREPARE job_find AS :job_find
PREPARE job_list AS :job_list
PREPARE job_wait_take AS :job_wait_take
PREPARE job_cancel AS :job_cancel
PREPARE job_apply AS :job_apply
PREPARE worker_take AS :worker_take
PREPARE worker_progress AS :worker_progress
PREPARE worker_cancelled AS :worker_cancelled
CREATE TEMP TABLE issue (level text, row_number bigint);
GRANT SELECT ON issue TO PUBLIC;
PREPARE import_end AS :import_end

SELECT plan(49);
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
EXECUTE job_add(901, 1, 7, 'alice', 'import', 'users.csv', 9, :sum, '1.a', 'f', 'f', '{}', true, true) \gset
SELECT is(:id, 901, 'an upload becomes a job');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'whose chunks belong to it');
SET CONSTRAINTS ALL DEFERRED;
SELECT results_eq('SELECT state, phase, attempt, errors FROM job WHERE id = 901',
	$$VALUES ('queued', NULL::text, 0, 0::bigint)$$, 'it waits');
SELECT is_empty('SELECT FROM job_chunk', 'the web does not read back what was sent');

EXECUTE job_add(902, 1, 7, 'alice', 'import', 'users.csv', 9, :sum, '1.a', 'f', 'f', '{}', true, true) \g /dev/null
SELECT is(:ROW_COUNT, 0, 'the same form sent twice is one job');
EXECUTE job_add(903, 1, 8, 'carol', 'import', 'users.csv', 9, :sum, '1.a', 'f', 'f', '{}', true, true) \g /dev/null
SELECT is(:ROW_COUNT, 1, 'the nonce of another administrator is another one');

SELECT throws_ok('EXECUTE job_add(904, 2, 7, ''alice'', ''import'', ''x.csv'', 9, ''\x'', ''1.b'', ''f'', ''f'', ''{}'', true, true)', '42501', NULL,
	'a job of a tenant outside of the scope is refused');
SELECT throws_ok('EXECUTE job_add(904, 0, 7, ''alice'', ''import'', ''x.csv'', 9, ''\x'', ''1.c'', ''f'', ''f'', ''{}'', true, true)', '42501', NULL,
	'and so is one over all tenants');
SELECT throws_ok('EXECUTE job_chunk_add(901, 1, 2, ''x'')', '42501', NULL,
	'a chunk of another tenant is refused');
SELECT throws_ok('UPDATE job SET state = ''done''', '42501', NULL, 'the web changes no job');
SELECT throws_ok('DELETE FROM job', '42501', NULL, 'and deletes none');

SELECT pg_temp.set_scope('{1,2}', 'on') \g /dev/null
EXECUTE job_add(905, 0, 1, 'root', 'import', 'all.csv', 9, :sum, '0.a', 'f', 'f', '{}', true, true) \g /dev/null
EXECUTE job_add(906, 2, 1, 'root', 'import', 'globex.csv', 9, :sum, '2.a', 'f', 'f', '{}', true, true) \g /dev/null
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
UPDATE job SET queued_at = now() - interval '1 min' WHERE id = 906;
SET ROLE rollcall_web;
CREATE TEMP TABLE late AS EXECUTE job_find(906);
SELECT results_eq('SELECT unattended FROM late', ARRAY[true], 'that no worker is there is noticed');

CREATE TEMP TABLE slot AS EXECUTE job_wait_take(2, 'pbx1');
SELECT is((SELECT slot % 1024 FROM slot), 1, 'who waits takes a place');
SELECT isnt((SELECT (hashtext('pbx2') & 2097151) * 1024 + 1), (SELECT slot FROM slot), 'which is not that of another machine');
SELECT results_eq('SELECT count(*) FROM pg_locks WHERE locktype = ''advisory'' AND classid = 5 AND pid = pg_backend_pid()',
	ARRAY[1::bigint], 'and one alone');
SELECT pg_advisory_unlock(5, slot) FROM slot \g /dev/null


-- --- asking: cancel, apply --------------------------------------------------

RESET ROLE;
DELETE FROM job_chunk;
DELETE FROM job;
CREATE FUNCTION pg_temp.state(wanted int) RETURNS text LANGUAGE sql
AS $$ SELECT state FROM job WHERE id = wanted $$;

SET ROLE rollcall_web;
SELECT pg_temp.set_scope('{1}') \g /dev/null
EXECUTE job_add(911, 1, 7, 'alice', 'import', 'a.csv', 9, :sum, '1.p', 'f', 'f', '{}', true, true) \g /dev/null
EXECUTE job_add(912, 1, 7, 'alice', 'update', 'b.csv', 9, :sum, '1.q', 'f', 't', '{}', true, true) \g /dev/null
EXECUTE job_add(913, 1, 7, 'alice', 'import', 'c.csv', 9, :sum, '1.r', 'f', 'f', '{}', true, true) \g /dev/null

SELECT pg_temp.set_scope('{2}') \g /dev/null
EXECUTE job_cancel(911, 'mallory') \g /dev/null
SELECT is(:ROW_COUNT, 0, 'nobody cancels a job of another tenant');
SELECT pg_temp.set_scope('{1}') \g /dev/null
EXECUTE job_cancel(911, 'alice') \g /dev/null
SELECT is(pg_temp.state(911), 'cancelled', 'a job that waits is cancelled at once');
SELECT results_eq('SELECT event FROM job_log WHERE job_id = 911',
	ARRAY['end: cancelled by alice while it waited, nothing was applied'], 'which its log says');
EXECUTE job_cancel(911, 'alice') \g /dev/null
SELECT is(:ROW_COUNT, 0, 'and only once');
EXECUTE job_apply(912, 'alice', NULL) \g /dev/null
SELECT is(:ROW_COUNT, 0, 'what was not checked yet cannot be applied');
SELECT throws_ok($$UPDATE job SET applied_by = 'alice' WHERE id = 912$$, 'P0001', NULL, 'however it is asked');
SELECT throws_ok($$UPDATE job SET state = 'checked' WHERE id = 912$$, '42501', NULL, 'the state is not the web''s');

SET ROLE rollcall_worker;
EXECUTE worker_take \g /dev/null
SELECT is(pg_temp.state(912), 'running', 'the next one is taken, not the one that was cancelled');
EXECUTE worker_progress(912, 'reading', 5, 10, 1, 40, NULL, 3) \gset
SELECT is(:'cancelled'::text, 'f', 'who works is told that nobody cancelled it');
EXECUTE worker_progress(912, 'judging', 0, 10, 1, 30, 12, 1) \gset
SELECT results_eq('SELECT phase, percent, rows FROM job WHERE id = 912', $$VALUES ('judging', 40, 3::bigint)$$,
	'percentage and rows never fall');
EXECUTE worker_cancelled(912, 1) \g /dev/null
SELECT is(:ROW_COUNT, 0, 'what nobody cancelled does not end as cancelled');
EXECUTE import_end(912, 1, 'checked', 3, '{}', '{"create": 0}', 'one') \g /dev/null
SELECT is(pg_temp.state(912), 'checked', 'a check ends with its plan');

SET ROLE rollcall_web;
EXECUTE job_cancel(912, 'alice') \g /dev/null
SELECT is(:ROW_COUNT, 0, 'what has ended cannot be cancelled');
SELECT throws_ok($$UPDATE job SET cancelled_by = 'alice' WHERE id = 912$$, 'P0001', NULL, 'however it is asked');
SELECT pg_temp.set_scope('{2}') \g /dev/null
EXECUTE job_apply(912, 'mallory', NULL) \g /dev/null
SELECT is(:ROW_COUNT, 0, 'nobody applies what another tenant checked');
SELECT pg_temp.set_scope('{1}') \g /dev/null
EXECUTE job_apply(912, 'bob', 'other') \g /dev/null
SELECT is(:ROW_COUNT, 0, 'nor a plan that it does not have');
EXECUTE job_apply(912, 'bob', 'one') \g /dev/null
SELECT results_eq('SELECT state, applied_by, percent, rows, attempt - attempts_before, ended_at IS NULL FROM job WHERE id = 912',
	$$VALUES ('queued', 'bob', 0, 0::bigint, 0, true)$$, 'what was checked is queued again to be applied');
SELECT throws_ok($$UPDATE job SET applied_by = 'mallory' WHERE id = 912$$, 'P0001', NULL, 'nobody else is said to have asked');
SELECT throws_ok($$UPDATE job SET applied_by = NULL WHERE id = 912$$, 'P0001', NULL, 'nor nobody');
CREATE TEMP TABLE behind AS EXECUTE job_find(912);
SELECT results_eq('SELECT ahead FROM behind', ARRAY[1::bigint], 'behind who waited before');

SET ROLE rollcall_worker;
EXECUTE worker_take \g /dev/null
SELECT is(pg_temp.state(913), 'running', 'whose turn it is');
SET ROLE rollcall_web;
EXECUTE job_cancel(913, 'bob') \g /dev/null
SELECT is(pg_temp.state(913), 'running', 'a running job is its worker''s to end');
SELECT throws_ok($$UPDATE job SET cancelled_by = NULL WHERE id = 913$$, 'P0001', NULL, 'and its cancelling is not taken back');
SET ROLE rollcall_worker;
EXECUTE worker_progress(913, 'applying', 5, 10, 1, 50, NULL, 3) \gset
SELECT is(:'cancelled'::text, 't', 'who is told');
EXECUTE import_end(913, 1, 'done', 3, '{}', NULL, NULL) \g /dev/null
SELECT is(:ROW_COUNT, 0, 'and can no longer commit its effect');
EXECUTE worker_cancelled(913, 1) \g /dev/null
SELECT is(pg_temp.state(913), 'cancelled', 'but ends it as cancelled');

EXECUTE worker_take \g /dev/null
EXECUTE import_end(912, 2, 'checked', 3, '{}', '{"create": 1}', 'two') \g /dev/null
SELECT results_eq('SELECT state, plan_changed, applied_by, plan_digest FROM job WHERE id = 912',
	$$VALUES ('checked', true, NULL::text, 'two')$$, 'another plan is not applied: it is shown');
UPDATE job SET kept_as_sent = false WHERE id = 912;
SET ROLE rollcall_web;
EXECUTE job_apply(912, 'alice', NULL) \g /dev/null
SELECT is(:ROW_COUNT, 0, 'what is kept no longer cannot be applied');

RESET ROLE;
SELECT * FROM finish();
