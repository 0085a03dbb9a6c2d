-- An upload that was not applied: who gets it back, and who does not.
\set QUIET on
\set ON_ERROR_STOP on
\set stored_find `sed -n '/^-- name: stored_find$/,/^-- name:/{/^--/d;p}' sql/queries/stored.sql`
\set stored_sent `sed -n '/^-- name: stored_sent$/,/^-- name:/{/^--/d;p}' sql/queries/stored.sql`
\set stored_masked `sed -n '/^-- name: stored_masked$/,/^-- name:/{/^--/d;p}' sql/queries/stored.sql`
PREPARE stored_find AS :stored_find
PREPARE stored_sent AS :stored_sent
PREPARE stored_masked AS :stored_masked

SELECT plan(21);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

-- Alice of tenant 1 sent two files; carol is of tenant 1 too, bob of tenant 2.
SELECT set_config('rollcall.scope', '{1,2}', true) \g /dev/null
INSERT INTO admin (id, username, password_setting, password_proof, tenant_id, root) OVERRIDING SYSTEM VALUE
SELECT id, name, '$y$j9T$x$', sha256('x'), tenant, tenant IS NULL FROM (VALUES
	(9001, 'x-alice', 1), (9002, 'x-carol', 1), (9003, 'x-bob', 2), (9004, 'x-root', NULL)) AS v (id, name, tenant);
INSERT INTO session (token_hash, admin_id) SELECT sha256(username::bytea), id FROM admin WHERE id > 9000;
INSERT INTO job (id, tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, started_at, ended_at)
OVERRIDING SYSTEM VALUE VALUES
	(9001, 1, 9001, 'x-alice', 'import', 'a.csv', 4, sha256('a'), 'a', 'failed', now(), now()),
	(9002, 1, 9001, 'x-alice', 'import', 'b.csv', 4, sha256('b'), 'b', 'running', now(), NULL),
	(9003, 1, 9001, 'x-alice', 'import', 'c.csv', 4, sha256('c'), 'c', 'failed', now(), now());
INSERT INTO job_chunk (job_id, kind, seq, tenant_id, data) VALUES
	(9001, 'upload', 0, 1, 'ab'), (9001, 'upload', 1, 1, 'cd'), (9002, 'upload', 0, 1, 'run'),
	(9003, 'masked', 0, 1, '********');
INSERT INTO job_issue (job_id, n, tenant_id, level, key, row_number, cause) VALUES (9001, 1, 1, 'error', 'file.utf8', 0, 1);

CREATE FUNCTION pg_temp.sent(who text, job int, n int DEFAULT 0, idle int DEFAULT 3600, lifetime int DEFAULT 43200)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	chunk bytea;
BEGIN
	EXECUTE format('EXECUTE stored_sent(%L, %s, %s, %s, %s)', sha256(who::bytea), idle, lifetime, job, n) INTO chunk;
	RETURN convert_from(chunk, 'UTF8');
END
$$;
CREATE FUNCTION pg_temp.misencoded(who text, job int) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	answer record;
BEGIN
	EXECUTE format('EXECUTE stored_find(%L, 3600, 43200, %s)', sha256(who::bytea), job) INTO answer;
	RETURN answer.misencoded;
END
$$;

CREATE FUNCTION pg_temp.kept(who text, job int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer record;
BEGIN
	EXECUTE format('EXECUTE stored_find(%L, 3600, 43200, %s)', sha256(who::bytea), job) INTO answer;
	RETURN (answer.sent, answer.masked)::text;
END
$$;

SET ROLE rollcall_web;
SELECT set_config('rollcall.scope', '{1}', true) \g /dev/null

SELECT is(pg_temp.sent('x-alice', 9001, 0) || pg_temp.sent('x-alice', 9001, 1), 'abcd', 'who sent it gets it, in its order');
SELECT is(pg_temp.sent('x-alice', 9001, 2), NULL, 'past the end there is nothing');
SELECT is(pg_temp.sent('x-carol', 9001), NULL, 'another administrator of the tenant does not get it');
SELECT is(pg_temp.sent('x-bob', 9001), NULL, 'nor one of another tenant');
SELECT is(pg_temp.sent('x-root', 9001), NULL, 'nor root');
SELECT is(pg_temp.sent('no session', 9001), NULL, 'nor who has no session');
SELECT is(pg_temp.sent('x-alice', 9002), NULL, 'while it waits or runs nobody gets it');
SELECT is(pg_temp.sent('x-alice', 9003), NULL, 'once it is masked it is gone');
SELECT ok(pg_temp.misencoded('x-alice', 9001), 'it is known to be refused for its encoding');
SELECT ok(NOT pg_temp.misencoded('x-carol', 9001), 'to who sent it alone');
SELECT ok(NOT pg_temp.misencoded('x-alice', 9003), 'and while it is there');
SELECT is_empty($$SELECT FROM job_chunk WHERE kind = 'upload'$$, 'the table itself shows nothing of it');
SELECT is(pg_temp.kept('x-alice', 9001), '(t,f)', 'who sent it may have it as it was sent');
SELECT is(pg_temp.kept('x-carol', 9001), '(f,f)', 'nobody else');
SELECT is(pg_temp.kept('x-carol', 9003), '(f,t)', 'a masked copy is for whoever sees the job');
SELECT results_eq('EXECUTE stored_masked(9003, 0)', $$VALUES ('********'::bytea)$$, 'who reads it');
SELECT set_config('rollcall.scope', '{2}', true) \g /dev/null
SELECT is(pg_temp.kept('x-bob', 9003), '(f,f)', 'another tenant does not see it');
SELECT is_empty('EXECUTE stored_masked(9003, 0)', 'nor read it');
SELECT set_config('rollcall.scope', '{1}', true) \g /dev/null

RESET ROLE;
UPDATE session SET seen_at = now() - interval '2 h' WHERE admin_id = 9001;
SET ROLE rollcall_web;
SELECT is(pg_temp.sent('x-alice', 9001), NULL, 'a session that has ended gets nothing');
RESET ROLE;
UPDATE session SET seen_at = now() WHERE admin_id = 9001;
UPDATE admin SET disabled = true WHERE id = 9001;
SET ROLE rollcall_web;
SELECT is(pg_temp.sent('x-alice', 9001), NULL, 'nor does a disabled administrator');
SELECT throws_ok('SELECT FROM session', '42501', NULL, 'and sessions are not to be listed');

RESET ROLE;
SELECT finish();
