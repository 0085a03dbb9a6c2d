-- Signing in: what the web role may ask, and what it may not.
SELECT plan(77);

-- A session of the administrator, opened so long ago and last used so long ago.
CREATE FUNCTION pg_temp.opened(token text, name text, age interval, unused interval) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO session (token_hash, admin_id, created_at, seen_at)
	SELECT sha256(token::bytea), id, now() - age, now() - unused FROM admin WHERE username = name
$$;
SELECT pg_temp.opened('root', 'root', '1 minute', '1 minute') \g /dev/null
SELECT pg_temp.opened('alice', 'alice', '1 minute', '1 second') \g /dev/null
SELECT pg_temp.opened('bob', 'bob', '1 minute', '1 second') \g /dev/null
SELECT pg_temp.opened('idle', 'alice', '2 hours', '61 minutes') \g /dev/null
SELECT pg_temp.opened('old', 'alice', '13 hours', '1 second') \g /dev/null

-- What the tables say, for the test alone: the roles below cannot see them.
CREATE FUNCTION pg_temp.sessions() RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$ SELECT count(*) FROM public.session $$;
CREATE FUNCTION pg_temp.seen(token text) RETURNS interval
LANGUAGE sql SECURITY DEFINER AS
	$$ SELECT now() - seen_at FROM public.session WHERE token_hash = sha256(token::bytea) $$;
CREATE FUNCTION pg_temp.disable(name text, state boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER AS $$ UPDATE public.admin SET disabled = state WHERE username = name $$;
CREATE FUNCTION pg_temp.audited() RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER AS $$ SELECT concat_ws(' ', admin_name, tenant_id, address, action, detail)
	FROM public.audit ORDER BY id DESC LIMIT 1 $$;
CREATE FUNCTION pg_temp.audited_of(what text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$ SELECT count(*) FROM public.audit WHERE action = what $$;
CREATE FUNCTION pg_temp.id(name text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$ SELECT id FROM public.admin WHERE username = name $$;
CREATE FUNCTION pg_temp.proof(name text) RETURNS bytea
LANGUAGE sql SECURITY DEFINER AS $$ SELECT password_proof FROM public.admin WHERE username = name $$;
-- The session as the program asks for it.
CREATE FUNCTION pg_temp.find(token text) RETURNS text
LANGUAGE sql AS $$ SELECT concat_ws(' ', username, root, coalesce(tenant_id::text, '-'), scope)
	FROM public.session_find(sha256(token::bytea), 3600, 43200) $$;

SET LOCAL SESSION AUTHORIZATION rollcall_web;

-- The tables
SELECT throws_ok('SELECT * FROM admin', '42501', NULL, 'web reads no administrators');
SELECT throws_ok('SELECT username FROM admin', '42501', NULL, 'not even their names');
SELECT throws_ok('UPDATE admin SET disabled = true', '42501', NULL, 'web changes no administrators');
SELECT throws_ok('SELECT * FROM session', '42501', NULL, 'web reads no sessions');
SELECT throws_ok('INSERT INTO session (token_hash, admin_id) VALUES (sha256(''x''), 1)', '42501', NULL,
	'web makes no session by itself');
SELECT throws_ok('DELETE FROM session', '42501', NULL, 'web ends no sessions by itself');
SELECT throws_ok('SELECT * FROM audit', '42501', NULL, 'web does not read the audit');
SELECT throws_ok('INSERT INTO audit (action) VALUES (''x'')', '42501', NULL, 'web adds to the audit by its function alone');
SELECT throws_ok('SELECT * FROM all_tenants()', '42501', NULL, 'web does not list the tenants');
SELECT throws_ok('SET ROLE rollcall_signin', '42501', NULL, 'web cannot become the role that may');
SELECT throws_ok('SET ROLE rollcall_owner', '42501', NULL, 'nor the owner');

-- What a password is hashed with, and whose proof it is
CREATE FUNCTION pg_temp.setting(name text) RETURNS text
LANGUAGE sql AS $$ SELECT setting FROM public.signin_ask(name, '192.0.2.1') $$;
SELECT matches(pg_temp.setting('alice'), '^\$y\$[^$]+\$[^$]+\$$', 'a name has a setting, without the hash');
SELECT is(pg_temp.setting('ALICE'), pg_temp.setting('alice'), 'its case does not count');
SELECT matches(pg_temp.setting('nobody'), '^\$y\$[^$]+\$[^$]{22}\$$', 'an unknown name has one too');
SELECT is(pg_temp.setting('nobody'), pg_temp.setting('nobody'), 'the same each time');
SELECT isnt(pg_temp.setting('nobody'), pg_temp.setting('somebody'), 'and of its own');
SELECT is(split_part(pg_temp.setting('nobody'), '$', 3), split_part(pg_temp.setting('alice'), '$', 3),
	'which costs as much as others');
SELECT results_eq('SELECT username FROM signin_try(''Bob'', ''192.0.2.1'', pg_temp.proof(''bob''), ''login.api'')',
	ARRAY['bob'], 'a proof tells whose it is');
SELECT is(pg_temp.audited(), 'bob 2 192.0.2.1 login.api {}', 'which is written down');
SELECT is_empty('SELECT id FROM signin_try(''bob'', ''192.0.2.1'', pg_temp.proof(''alice''), NULL) WHERE id IS NOT NULL', 'another''s proof is none');
SELECT is(pg_temp.audited(), 'bob 2 192.0.2.1 login.refused {"reason": "password"}', 'the refusal too');
SELECT is_empty('SELECT id FROM signin_try(''hunter2'', ''192.0.2.1'', sha256(''x''), NULL) WHERE id IS NOT NULL', 'an unknown name has no proof');
SELECT is(pg_temp.audited(), '192.0.2.1 login.refused {"reason": "unknown"}', 'and is not written down: it may be a password');
SELECT is_empty('SELECT id FROM signin_try(''bob'', ''192.0.2.1'', NULL, NULL) WHERE id IS NOT NULL', 'no proof is none');
SELECT throws_ok('SELECT throttle_pass(''bob'', ''192.0.2.1'')', '42501', NULL, 'web forgets no failures by itself');
SELECT throws_ok('SELECT signin_proved(1, sha256(''x''))', '42501', NULL, 'nor tries proofs without counting');

-- Finding a session
SELECT is(pg_temp.find('alice'), 'alice f 1 {1}', 'a session tells whose it is and its tenant');
SELECT is(pg_temp.find('root'), 'root t - {1,2}', 'root has all tenants in scope');
SELECT is(pg_temp.find('nosuch'), NULL, 'an unknown token is no session');
SELECT is(pg_temp.find('idle'), NULL, 'a session unused for too long has ended');
SELECT is(pg_temp.find('old'), NULL, 'a session that is too old has ended, used or not');
SELECT is(pg_temp.seen('alice'), interval '1 second', 'a session just used is not written to');
SELECT is(pg_temp.seen('root'), interval '0', 'one used earlier is marked as used');
SELECT is(pg_temp.seen('idle'), interval '61 minutes', 'one that has ended is not brought back');
SELECT set_eq('SELECT unnest(rights) FROM session_find(sha256(''alice''), 3600, 43200)',
	ARRAY['users.read', 'users.import', 'users.update', 'users.delete', 'users.export', 'users.secrets',
	'setup'], 'a session tells the rights');

-- Root's choice of scope
SELECT ok(session_scope(sha256('root'), 3600, 43200, 2), 'root chooses a tenant');
SELECT is(pg_temp.find('root'), 'root t 2 {2}', 'and has that one in scope');
SELECT ok(NOT session_scope(sha256('root'), 3600, 43200, 99), 'there must be such a tenant');
SELECT is(pg_temp.find('root'), 'root t 2 {2}', 'else the choice stays');
SELECT ok(session_scope(sha256('root'), 3600, 43200, NULL), 'root chooses all tenants');
SELECT is(pg_temp.find('root'), 'root t - {1,2}', 'and has them again');
SELECT ok(NOT session_scope(sha256('alice'), 3600, 43200, 2), 'nobody else chooses');
SELECT is(pg_temp.find('alice'), 'alice f 1 {1}', 'and stays in the own tenant');
SELECT ok(NOT session_scope(sha256('old'), 3600, 43200, NULL), 'a session that has ended chooses nothing');
SELECT results_eq('SELECT name FROM session_tenants(sha256(''root''), 3600, 43200)',
	ARRAY['acme', 'globex'], 'root sees all tenants to choose among');
SELECT results_eq('SELECT name FROM session_tenants(sha256(''bob''), 3600, 43200)', ARRAY['globex'],
	'an administrator only the own one');
SELECT is_empty('SELECT * FROM session_tenants(sha256(''old''), 3600, 43200)', 'an ended session none');

-- Language
SELECT ok(session_language(sha256('bob'), 3600, 43200, 'fr'), 'an administrator chooses a language');
SELECT is(language, 'fr', 'which the next page is in') FROM session_find(sha256('bob'), 3600, 43200);

-- Opening and closing
SELECT ok(NOT session_open(sha256('forged'), pg_temp.id('bob'), sha256('x'), NULL, 3600, 43200, '192.0.2.1'),
	'no session is opened without the password''s proof');
SELECT is(pg_temp.find('forged'), NULL, 'so there is none');
SELECT ok(session_open(sha256('new'), pg_temp.id('bob'), pg_temp.proof('bob'), sha256('bob'), 3600, 43200, '192.0.2.1'),
	'with it one is');
SELECT is(pg_temp.audited(), 'bob 2 192.0.2.1 login {}', 'which is written down');
SELECT is(pg_temp.find('new'), 'bob f 2 {2}', 'a new session is open');
SELECT is(pg_temp.find('bob'), NULL, 'the one that the browser had is not');
SELECT is(pg_temp.sessions(), 3::bigint, 'those that had ended are swept');
SELECT ok(session_close(sha256('new'), '192.0.2.1'), 'a session is closed');
SELECT is(pg_temp.audited(), 'bob 2 192.0.2.1 logout {}', 'which is written down');
SELECT is(pg_temp.find('new'), NULL, 'and it is gone');

-- Disabling
SELECT pg_temp.disable('alice', true) \g /dev/null
SELECT is(pg_temp.find('alice'), NULL, 'a disabled administrator has no session');

-- The audit
SELECT audit_add('session', sha256('root'), 1, 'alice', 2, '192.0.2.1', 'user.delete', '{"a": 1}') \g /dev/null
SELECT is(pg_temp.audited(), 'root 2 192.0.2.1 user.delete {"a": 1}', 'whose session it is did it, in the tenant that root has chosen');
SELECT audit_add('password', pg_temp.proof('bob'), pg_temp.id('bob'), 'alice', 1, '192.0.2.1', 'user.delete', '{}') \g /dev/null
SELECT is(pg_temp.audited(), 'bob 2 192.0.2.1 user.delete {}', 'whose password it is did it, in the own tenant');
SELECT throws_ok('SELECT audit_add(''password'', sha256(''x''), pg_temp.id(''bob''), ''bob'', 2, NULL, ''x'', ''{}'')', '42501', NULL,
	'no proof, no actor');
SELECT throws_ok('SELECT audit_add(''session'', sha256(''nosuch''), 1, ''alice'', 1, NULL, ''x'', ''{}'')', '42501', NULL,
	'nor with a session that is none');
SELECT audit_add('password', pg_temp.proof('bob'), pg_temp.id('bob'), 'bob', 2, origin, 'user.secrets', detail)
FROM (VALUES ('192.0.2.1', '{"users": ["a"]}'::jsonb), ('192.0.2.1', '{"users": ["a"]}'), ('192.0.2.1', '{"users": ["b"]}'),
	('192.0.2.2', '{"users": ["b"]}')) shown(origin, detail) \g /dev/null
SELECT is(pg_temp.audited_of('user.secrets'), 3::bigint, 'the same secrets shown again are a row an hour');
SELECT audit_refused('password', pg_temp.proof('bob'), pg_temp.id('bob'), 1, '192.0.2.1', 'POST /x', 'forbidden')
FROM generate_series(1, 59) \g /dev/null
SELECT is(pg_temp.audited(), 'bob 2 192.0.2.1 request.refused {"reason": "forbidden", "request": "POST /x"}', 'a refused request is written down');
SELECT audit_refused('password', pg_temp.proof('bob'), pg_temp.id('bob'), 1, '192.0.2.1', 'POST /x', 'forbidden')
FROM generate_series(1, 50) \g /dev/null
SELECT is(pg_temp.audited_of('request.refused'), 60::bigint, 'sixty of them an hour');
SELECT matches(pg_temp.audited(), 'not written within this hour', 'and the last one says so');
SELECT audit_refused('session', sha256('root'), 1, 2, '192.0.2.1', 'POST /x', 'form') \g /dev/null
SELECT is(pg_temp.audited_of('request.refused'), 61::bigint, 'those of others are');
SELECT throws_ok('SELECT audit_refused(''session'', sha256(''nosuch''), 1, 1, NULL, ''x'', ''x'')', '42501', NULL,
	'nobody''s are not');
SELECT audit_add(NULL, NULL, pg_temp.id('bob'), 'bob', 2, NULL, 'export', '{}') \g /dev/null
SELECT is(pg_temp.audited(), 'bob (command line) 2 export {}', 'without a proof it is the command line, and marked so');

-- The number of users of an export, once; no other row is changed.
SELECT audit_open('password', pg_temp.proof('bob'), pg_temp.id('bob'), 'bob', 2, '192.0.2.1', 'user.export', '{"search": "a"}') AS export \gset
SELECT is(pg_temp.audited(), 'bob 2 192.0.2.1 user.export {"search": "a"}', 'an export whose users are not counted yet');
SELECT audit_counted(:export, 12) \g /dev/null
SELECT is(pg_temp.audited(), 'bob 2 192.0.2.1 user.export {"users": 12, "search": "a"}', 'gets their number');
SELECT audit_counted(:export, 3) \g /dev/null
SELECT is(pg_temp.audited(), 'bob 2 192.0.2.1 user.export {"users": 12, "search": "a"}', 'once');
SELECT audit_open('password', pg_temp.proof('bob'), pg_temp.id('bob'), 'bob', 2, NULL, 'user.delete', '{}') AS other \gset
SELECT audit_counted(:other, 3) \g /dev/null
SELECT is(pg_temp.audited(), 'bob 2 user.delete {}', 'another row stays as it is');
RESET SESSION AUTHORIZATION;
GRANT ALL ON __tcache__ TO rollcall_signin;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO rollcall_signin;
SET ROLE rollcall_signin;
SELECT is_empty(format('UPDATE audit SET detail = ''{"users": 1}'' WHERE id IN (%s, %s) RETURNING 1', :export, :other),
	'by the table''s policy too');
SELECT throws_ok($$UPDATE audit SET admin_name = 'x'$$, '42501', NULL, 'and nothing but the detail is ever changed');
RESET ROLE;

SELECT * FROM finish();
