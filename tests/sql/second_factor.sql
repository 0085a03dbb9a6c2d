-- The second factor: the codes of the standard, and what no process can do without one.
SELECT plan(25);

-- RFC 6238, appendix B, SHA-1.
SELECT is(totp('12345678901234567890', at / 30, 8), code, 'the code of ' || at)
FROM (VALUES (59::bigint, '94287082'), (1111111109, '07081804'), (1111111111, '14050471'), (1234567890, '89005924'),
	(2000000000, '69279037'), (20000000000, '65353130')) AS vector (at, code);
SELECT is(totp('12345678901234567890', 1), '287082', 'telephones show six digits of it');
-- RFC 4648: "12345678901234567890"
SELECT is(secret_base32('12345678901234567890'), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 'a secret in Base32');

INSERT INTO session (token_hash, admin_id) SELECT sha256('alice'), id FROM admin WHERE username = 'alice';
CREATE FUNCTION pg_temp.id(name text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$ SELECT id FROM public.admin WHERE username = name $$;
CREATE FUNCTION pg_temp.proof(name text) RETURNS bytea
LANGUAGE sql SECURITY DEFINER AS $$ SELECT password_proof FROM public.admin WHERE username = name $$;
CREATE FUNCTION pg_temp.code() RETURNS text
LANGUAGE sql SECURITY DEFINER AS $$ SELECT public.totp(secret, floor(extract(epoch FROM clock_timestamp()) / 30)::bigint)
	FROM public.admin_factor $$;
CREATE FUNCTION pg_temp.forget() RETURNS void
LANGUAGE sql SECURITY DEFINER AS $$ UPDATE public.admin_factor SET last_step = 0, failures = 0; DELETE FROM public.throttle $$;
CREATE FUNCTION pg_temp.enters(code text) RETURNS text
LANGUAGE sql AS $$ SELECT state FROM public.session_code(sha256('waits'), code, sha256('new'), NULL, 3600, 43200, '192.0.2.1', NULL) $$;

SET LOCAL SESSION AUTHORIZATION rollcall_web;

SELECT throws_ok('SELECT * FROM admin_factor', '42501', NULL, 'web reads no secret');
SELECT throws_ok('SELECT * FROM admin_recovery', '42501', NULL, 'nor a recovery code''s hash');
SELECT throws_ok('SELECT * FROM session_waiting', '42501', NULL, 'nor who waits for a code');
SELECT throws_ok('SELECT factor_take(1, ''000000'')', '42501', NULL, 'and tries no code without counting it');
SELECT throws_ok('SELECT factor_codes(1)', '42501', NULL, 'nor makes recovery codes');
SELECT matches(session_factor_start(sha256('alice'), 3600, 43200), '^[A-Z2-7]{32}$', 'a secret is made');
SELECT ok(session_open(sha256('s1'), pg_temp.id('alice'), pg_temp.proof('alice'), NULL, 3600, 43200, '192.0.2.1'),
	'until a code of it was shown it is not asked for');
SELECT is(codes, NULL, 'a wrong code does not switch it on') FROM session_factor_confirm(sha256('alice'), 3600, 43200, 'x', NULL);
SELECT is(array_length(codes, 1), 10, 'a right one does') FROM session_factor_confirm(sha256('alice'), 3600, 43200, pg_temp.code(), NULL);
SELECT is(session_factor_start(sha256('alice'), 3600, 43200), NULL, 'and then the secret is not shown again');
SELECT ok(NOT session_open(sha256('s2'), pg_temp.id('alice'), pg_temp.proof('alice'), NULL, 3600, 43200, '192.0.2.1'),
	'the password''s proof opens no session');
SELECT is(token_open(sha256('t'), pg_temp.id('alice'), pg_temp.proof('alice'), 60, '192.0.2.1'), NULL, 'and no token');
SELECT ok(NOT session_wait(sha256('waits'), pg_temp.id('alice'), sha256('x')), 'without it no sign-in waits');
SELECT ok(session_wait(sha256('waits'), pg_temp.id('alice'), pg_temp.proof('alice')), 'with it one does');
SELECT is(pg_temp.enters(pg_temp.code()), 'wrong', 'the code that switched it on is used');
SELECT pg_temp.forget() \g /dev/null
SELECT is(pg_temp.enters(pg_temp.code()), 'open', 'another one opens the session');
SELECT is(pg_temp.enters(pg_temp.code()), 'gone', 'once');

SELECT * FROM finish();
