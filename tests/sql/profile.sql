-- What an administrator does for himself: by his own session alone.
SELECT plan(21);

CREATE FUNCTION pg_temp.opened(token text, name text) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO session (token_hash, admin_id) SELECT sha256(token::bytea), id FROM admin WHERE username = name
$$;
SELECT pg_temp.opened('root', 'root'), pg_temp.opened('alice', 'alice'), pg_temp.opened('alice2', 'alice'),
	pg_temp.opened('bob', 'bob') \g /dev/null
UPDATE admin SET rights = '{users.read,setup}' WHERE username = 'alice';
UPDATE admin SET rights = '{users.read}' WHERE username = 'reader';
CREATE FUNCTION pg_temp.id(name text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$ SELECT id FROM public.admin WHERE username = name $$;
CREATE FUNCTION pg_temp.proof(name text) RETURNS bytea
LANGUAGE sql SECURITY DEFINER AS $$ SELECT password_proof FROM public.admin WHERE username = name $$;
CREATE FUNCTION pg_temp.due(name text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER AS $$ SELECT password_due FROM public.admin WHERE username = name $$;
CREATE FUNCTION pg_temp.session(name text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$ SELECT s.id FROM public.session s JOIN public.admin a ON a.id = s.admin_id
	WHERE a.username = name LIMIT 1 $$;
CREATE FUNCTION pg_temp.token(name text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$ SELECT id FROM public.token WHERE token.name = $1 $$;
CREATE FUNCTION pg_temp.makes(who text, rights text[]) RETURNS boolean
LANGUAGE sql AS $$ SELECT public.session_token_open(sha256(who::bytea), 3600, 43200, sha256((who || rights::text)::bytea),
	'of ' || who, rights, 60, '192.0.2.1') $$;
CREATE FUNCTION pg_temp.sets(who text, name text) RETURNS boolean
LANGUAGE sql AS $$ SELECT public.session_admin_password(sha256(who::bytea), 3600, 43200, pg_temp.id(name), '$y$j9T$salt$',
	sha256('new'), '192.0.2.1') $$;

SET LOCAL SESSION AUTHORIZATION rollcall_web;

SELECT throws_ok('SELECT * FROM session_admin(sha256(''alice''), 3600, 43200)', '42501', NULL, 'web reads no administrator by a session');
SELECT is((SELECT count(*) FROM session_list(sha256('alice'), 3600, 43200)), 2::bigint, 'a session sees those of its administrator');
SELECT is((SELECT count(*) FROM session_list(sha256('nosuch'), 3600, 43200)), 0::bigint, 'none sees nothing');
SELECT is(session_end_other(sha256('alice'), 3600, 43200, pg_temp.session('bob'), '192.0.2.1'), 0::bigint, 'it ends nobody else''s');
SELECT is(session_end_other(sha256('alice'), 3600, 43200, NULL, '192.0.2.1'), 1::bigint, 'it ends its others, not itself');
SELECT is(session_end_other(sha256('nosuch'), 3600, 43200, NULL, '192.0.2.1'), 0::bigint, 'no session ends none');

SELECT ok(NOT pg_temp.makes('alice', '{users.delete}'), 'no token has a right that its administrator lacks');
SELECT ok(NOT pg_temp.makes('alice', '{}'), 'nor none at all');
SELECT ok(pg_temp.makes('alice', '{users.read}'), 'it has some of his');
SELECT ok(pg_temp.makes('root', '{users.delete}'), 'root has all');
SELECT is((SELECT rights FROM token_find(sha256('alice{users.read}'))), '{users.read}', 'they come with the token');
SELECT ok(NOT session_token_end(sha256('bob'), 3600, 43200, pg_temp.token('of alice'), '192.0.2.1'), 'nobody revokes another''s');
SELECT ok(session_token_end(sha256('alice'), 3600, 43200, pg_temp.token('of alice'), '192.0.2.1'), 'its owner does');

SELECT ok(NOT pg_temp.sets('alice', 'bob'), 'nobody sets a password in another tenant');
SELECT ok(NOT pg_temp.sets('alice', 'root'), 'nor root''s');
SELECT ok(NOT pg_temp.sets('alice', 'alice'), 'nor the own one without the old one');
SELECT ok(NOT pg_temp.sets('bob', 'reader'), 'nor without the right setup');
SELECT ok(pg_temp.sets('alice', 'reader') AND pg_temp.due('reader'), 'with it those of the tenant, to be changed');
SELECT ok(NOT done, 'a password does not change without the old one''s proof')
FROM session_password(sha256('alice'), 3600, 43200, sha256('x'), '$y$j9T$salt$', sha256('new'), '192.0.2.1');
SELECT ok(done, 'it does with it')
FROM session_password(sha256('alice'), 3600, 43200, pg_temp.proof('alice'), '$y$j9T$salt$', sha256('new'), '192.0.2.1');
SELECT is(pg_temp.proof('alice'), sha256('new'), 'and is the new one');

SELECT * FROM finish();
