-- Setting up administrators by functions: nobody gives, or takes over, more than is his own.
SELECT plan(13);

CREATE FUNCTION pg_temp.opened(token text, name text) RETURNS void
LANGUAGE sql AS $$ INSERT INTO session (token_hash, admin_id) SELECT sha256(token::bytea), id FROM admin WHERE username = name $$;
CREATE FUNCTION pg_temp.limited(secret text, name text, rights text[]) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO token (token_hash, admin_id, expires_at, name, rights)
	SELECT sha256(secret::bytea), id, now() + interval '1 hour', secret, limited.rights FROM admin WHERE username = limited.name
$$;
SELECT pg_temp.opened('root', 'root') \g /dev/null
SELECT pg_temp.opened('alice', 'alice') \g /dev/null
SELECT pg_temp.limited('alice only setup', 'alice', '{setup}') \g /dev/null
SELECT pg_temp.limited('alice reads', 'alice', '{users.read}') \g /dev/null
SELECT pg_temp.limited('root only setup', 'root', '{setup}') \g /dev/null
SELECT pg_temp.limited('alice all', 'alice', NULL) \g /dev/null
CREATE FUNCTION pg_temp.id(name text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$ SELECT id FROM public.admin WHERE username = name $$;
CREATE FUNCTION pg_temp.doc(username text, tenant int, rights text[]) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT jsonb_build_object('new', true, 'admins', jsonb_build_array(jsonb_build_object('username', username,
		'tenant_id', tenant, 'rights', rights, 'password_hash', '$y$j9T$salt$hash')))
$$;

SET LOCAL SESSION AUTHORIZATION rollcall_web;
CREATE FUNCTION pg_temp.make(kind text, proof text, username text, tenant int, rights text[]) RETURNS text
LANGUAGE sql AS $$ SELECT count(*)::text FROM public.admin_set(kind, sha256(proof::bytea), 0, '192.0.2.1', pg_temp.doc(username, tenant, rights)) $$;

SELECT is(pg_temp.make('session', 'alice', 'made1', 1, '{users.read,setup}'), '1', 'an administrator of the own tenant, with rights of the own');
SELECT throws_ok($$SELECT pg_temp.make('session', 'alice', 'made2', 2, '{users.read}')$$, '42501', NULL, 'not of another tenant');
SELECT throws_ok($$SELECT pg_temp.make('session', 'alice', 'made3', NULL, '{}')$$, '42501', NULL, 'not root');
SELECT is(pg_temp.make('token', 'alice all', 'made4', 1, '{users.read,users.secrets}'), '1', 'a token without rights of its own has all of its owner''s');
SELECT is(pg_temp.make('token', 'alice only setup', 'made5', 1, '{setup}'), '1', 'a token gives its own rights');
SELECT throws_ok($$SELECT pg_temp.make('token', 'alice only setup', 'made6', 1, '{users.secrets}')$$, '42501', NULL, 'and none of its owner''s beyond');
SELECT throws_ok($$SELECT pg_temp.make('token', 'alice reads', 'made7', 1, '{users.read}')$$, '42501', NULL, 'without the right it sets up nobody');
SELECT is(pg_temp.make('token', 'root only setup', 'made8', 2, '{setup}'), '1', 'root''s token works in any tenant');
SELECT throws_ok($$SELECT pg_temp.make('token', 'root only setup', 'made9', 2, '{users.read}')$$, '42501', NULL, 'with its own rights');
SELECT throws_ok($$SELECT pg_temp.make('token', 'root only setup', 'made10', NULL, '{}')$$, '42501', NULL, 'and makes no root');
SELECT is(pg_temp.make('session', 'root', 'made11', NULL, '{}'), '1', 'root itself makes one');
SELECT throws_ok($$SELECT admin_drop('token', sha256('alice only setup'), 0, '192.0.2.1', pg_temp.id('made4'))$$, '42501', NULL,
	'who has more rights than the token is not deleted by it');
SELECT throws_ok($$SELECT pg_temp.make('session', 'nosuch', 'made12', 1, '{}')$$, '42501', NULL, 'no proof, no administrator');

SELECT * FROM finish();
