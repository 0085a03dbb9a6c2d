-- What the API asks the database: accounts, tokens, throttling, rows of reports.
SELECT plan(44);

-- What the tables say, for the test alone: the roles below cannot see them.
CREATE FUNCTION pg_temp.admin(name text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$ SELECT id FROM public.admin WHERE username = name $$;
CREATE FUNCTION pg_temp.change(name text) RETURNS void
LANGUAGE sql SECURITY DEFINER AS $$ UPDATE public.admin SET password_proof = sha256('new') WHERE username = name $$;
CREATE FUNCTION pg_temp.disable(name text, state boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER AS $$ UPDATE public.admin SET disabled = state WHERE username = name $$;
CREATE FUNCTION pg_temp.expire() RETURNS void
LANGUAGE sql SECURITY DEFINER AS $$ UPDATE public.token SET expires_at = now() $$;
CREATE FUNCTION pg_temp.later(seconds int) RETURNS void
LANGUAGE sql SECURITY DEFINER AS
	$$ UPDATE public.throttle SET failed_at = failed_at - make_interval(secs => seconds),
		free_at = free_at - make_interval(secs => seconds) $$;
CREATE FUNCTION pg_temp.wait(name text, address text) RETURNS int
LANGUAGE sql SECURITY DEFINER AS $$ SELECT public.throttle_wait(name, address) $$;
CREATE FUNCTION pg_temp.failures(name text) RETURNS int
LANGUAGE sql SECURITY DEFINER AS $$ SELECT failures FROM public.throttle
	WHERE account = public.throttle_account(name) AND address = '' $$;
CREATE FUNCTION pg_temp.proof(name text) RETURNS bytea
LANGUAGE sql SECURITY DEFINER AS $$ SELECT password_proof FROM public.admin WHERE username = name $$;
-- A sign-in that is refused, and was not told to wait.
CREATE FUNCTION pg_temp.fails(name text, address text) RETURNS void
LANGUAGE sql SECURITY DEFINER AS $$ SELECT public.throttle_fail(name, address) $$;
-- How many of so many guesses at once are tried.
CREATE FUNCTION pg_temp.tried(name text, address text, guesses int) RETURNS bigint
LANGUAGE sql AS $$ SELECT count(*) FROM generate_series(1, guesses) n,
	public.signin_try(name, address, sha256(n::text::bytea), NULL) WHERE seconds = 0 $$;
CREATE FUNCTION pg_temp.proved(name text, address text) RETURNS text
LANGUAGE sql AS $$ SELECT coalesce(username, 'wait ' || seconds)
	FROM public.signin_try(name, address, pg_temp.proof(name), NULL) $$;
-- An account in a scope, as the program asks for it.
CREATE FUNCTION pg_temp.account(name text, tenant uuid) RETURNS text
LANGUAGE sql AS $$ SELECT concat_ws(' ', username, root, coalesce(tenant_id::text, '-'), scope)
	FROM public.account_find(pg_temp.admin(name), tenant) $$;
CREATE FUNCTION pg_temp.opened(token text, name text) RETURNS bigint
LANGUAGE sql AS $$ SELECT 1::bigint FROM public.token_open(sha256(token::bytea), pg_temp.admin(name),
	pg_temp.proof(name), 60, '192.0.2.1') $$;

INSERT INTO job (id, tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, started_at, ended_at)
OVERRIDING SYSTEM VALUE
VALUES (901, 1, 7, 'alice', 'import', 'a.csv', 9, sha256('a'), 'a', 'failed', now(), now()),
	(902, 2, 8, 'bob', 'import', 'b.csv', 9, sha256('b'), 'b', 'failed', now(), now()),
	(903, NULL, 9, 'root', 'import', 'c.csv', 9, sha256('c'), 'c', 'failed', now(), now());
INSERT INTO job_issue_row (job_id, row_number, tenant_id, "row")
VALUES (901, 1, 1, '{"b":"","a":""}'), (902, 1, 2, '{}'), (903, 1, NULL, '{}');

SET LOCAL SESSION AUTHORIZATION rollcall_web;

SELECT throws_ok('SELECT * FROM token', '42501', NULL, 'web reads no tokens');
SELECT throws_ok('DELETE FROM token', '42501', NULL, 'web ends no tokens by itself');
SELECT throws_ok('SELECT * FROM throttle', '42501', NULL, 'web does not see who failed');
SELECT throws_ok('DELETE FROM throttle', '42501', NULL, 'web forgets no failure');
SELECT throws_ok('SELECT * FROM throttle_key', '42501', NULL, 'web does not see the key of the names');
SELECT throws_ok('SELECT throttle_account(''alice'')', '42501', NULL, 'web cannot name an account of the table');
SELECT throws_ok('SELECT analyze_users()', '42501', NULL, 'statistics are the worker''s to ask for');
SELECT throws_ok('SELECT analyze_report()', '42501', NULL, 'of reports too');

-- Accounts
SELECT is(pg_temp.account('root', NULL), 'root t - {1,2}', 'root without a tenant: all');
SELECT is(pg_temp.account('root', '22222222-2222-4222-8222-222222222222'), 'root t 2 {2}', 'root in a tenant');
SELECT is(pg_temp.account('alice', NULL), 'alice f 1 {1}', 'others without a tenant: their own');
SELECT is(pg_temp.account('alice', '11111111-1111-4111-8111-111111111111'), 'alice f 1 {1}', 'their own by name');
SELECT is(pg_temp.account('alice', '22222222-2222-4222-8222-222222222222'), NULL, 'another one is none');
SELECT is(pg_temp.account('root', '33333333-3333-4333-8333-333333333333'), NULL, 'nor is one that does not exist');
SELECT pg_temp.disable('alice', true) \g /dev/null
SELECT is(pg_temp.account('alice', NULL), NULL, 'a disabled account is none');
SELECT pg_temp.disable('alice', false) \g /dev/null

-- Tokens
SELECT is(pg_temp.opened('t1', 'alice'), 1::bigint, 'a token is opened');
SELECT is((SELECT admin_id FROM token_find(sha256('t1'))), pg_temp.admin('alice'), 'and found');
SELECT is((SELECT admin_id FROM token_find(sha256('t2'))), NULL, 'another one is not');
SELECT ok(token_close(sha256('t1'), '192.0.2.1'), 'it is closed');
SELECT is((SELECT admin_id FROM token_find(sha256('t1'))), NULL, 'and it is gone');
SELECT pg_temp.opened('t3', 'alice') \g /dev/null
SELECT pg_temp.expire() \g /dev/null
SELECT is((SELECT admin_id FROM token_find(sha256('t3'))), NULL, 'one that is old is none');
SELECT ok(NOT token_close(sha256('t3'), '192.0.2.1'), 'and cannot be closed');
SELECT is(token_open(sha256('t6'), pg_temp.admin('alice'), sha256('wrong'), 60, '192.0.2.1'), NULL,
	'none is made without the password''s proof');
SELECT is((SELECT admin_id FROM token_find(sha256('t6'))), NULL, 'so there is none');
SELECT pg_temp.opened('t4', 'alice') \g /dev/null
SELECT pg_temp.opened('t5', 'bob') \g /dev/null
SELECT pg_temp.change('alice') \g /dev/null
SELECT is((SELECT admin_id FROM token_find(sha256('t4'))), NULL, 'a new password ends tokens');
SELECT is((SELECT admin_id FROM token_find(sha256('t5'))), pg_temp.admin('bob'), 'those of its account alone');

-- Throttling
SELECT throws_ok('SELECT throttle_wait(''bob'', ''192.0.2.1'')', '42501', NULL, 'web asks how long to wait through signin_ask alone');
SELECT pg_temp.fails('Bob', '2001:db8:1:2::3') FROM generate_series(1, 7) \g /dev/null
SELECT is(pg_temp.wait('bob', '192.0.2.1'), 4, 'seven failures: four seconds, from everywhere, in any case');
SELECT is(pg_temp.wait('alice', '2001:db8:1:2::4'), 0, 'the first twenty failures of an address are free');
SELECT pg_temp.fails('someone', '2001:db8:1:2:ffff::1') FROM generate_series(1, 14) \g /dev/null
SELECT is(pg_temp.wait('alice', '2001:db8:1:2::4'), 2, 'then it waits, and so does its /64');
SELECT pg_temp.later(3601) \g /dev/null
SELECT is(pg_temp.wait('bob', 'no address'), 0, 'an hour forgets');
-- Nobody is locked out
SELECT pg_temp.fails('alice', '198.51.100.1') FROM generate_series(1, 50) \g /dev/null
SELECT is(seconds, 60, 'an account that is guessed at: a new address is told to wait') FROM signin_ask('alice', '203.0.113.9');
SELECT pg_temp.later(59) \g /dev/null
SELECT pg_temp.fails('alice', '198.51.100.1') FROM generate_series(1, 50) \g /dev/null
SELECT is(pg_temp.proved('alice', '203.0.113.9'), 'wait 1', 'so long');
SELECT pg_temp.later(1) \g /dev/null
SELECT pg_temp.fails('alice', '198.51.100.1') \g /dev/null
SELECT is(pg_temp.wait('alice', '203.0.113.10'), 60, 'others still wait');
SELECT is(pg_temp.tried('alice', '203.0.113.9', 10), 5::bigint, 'who waited is held up by own failures alone');
SELECT is(pg_temp.wait('alice', '203.0.113.9'), 1, 'and by those in any case');
SELECT pg_temp.later(1) \g /dev/null
SELECT pg_temp.fails('alice', '198.51.100.1') \g /dev/null
SELECT is(pg_temp.proved('alice', '203.0.113.9'), 'alice', 'the right password is let in, though others go on guessing');
SELECT is(pg_temp.proved('alice', '203.0.113.9'), 'alice', 'and from now on without waiting');
SELECT cmp_ok(pg_temp.failures('alice'), '>', 50, 'whoever guesses gains nothing by it');
-- At once
SELECT is(pg_temp.tried('bob', '203.0.113.20', 100), 5::bigint, 'of a hundred guesses as many are tried as are free');
SELECT is(pg_temp.proved('bob', '203.0.113.20'), 'wait 1', 'a right one among them would not have been');

-- Rows of reports
SELECT set_config('rollcall.scope', '{1}', true), set_config('rollcall.root', 'off', true) \g /dev/null
SELECT results_eq('SELECT job_id, "row"::text FROM job_issue_row', $$VALUES (901, '{"b":"","a":""}')$$,
	'rows of the scope alone, their columns in order');
SELECT throws_ok('INSERT INTO job_issue_row VALUES (901, 2, 1, ''{}'')', '42501', NULL, 'web writes none');
SELECT set_config('rollcall.scope', '{1,2}', true), set_config('rollcall.root', 'on', true) \g /dev/null
SELECT is((SELECT count(*) FROM job_issue_row), 3::bigint, 'root in all tenants sees all');

SELECT * FROM finish();
