-- Tenants kept apart by the database itself: by its catalog, and by trying.
SELECT plan(47);

-- The tables of tenants' data: all that have a tenant_id, but administrators'
-- and jobs' (which tests/sql/signin.sql and jobs.sql look at).
CREATE TEMP VIEW tenant_table AS
	SELECT c.oid, c.relname::text AS name, c.relrowsecurity, c.relforcerowsecurity
	FROM pg_class c
	WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
		AND c.relname !~ '^(admin|session|audit|token|throttle|job)' AND c.relpersistence = 'p'
		AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id');

-- The names of a key's columns in their order.
CREATE FUNCTION pg_temp.columns(relation oid, numbers int2[]) RETURNS text[]
LANGUAGE sql AS $$
	SELECT array_agg(a.attname::text ORDER BY k.n)
	FROM unnest(numbers) WITH ORDINALITY AS k (attnum, n)
	JOIN pg_attribute a ON a.attrelid = relation AND a.attnum = k.attnum
$$;

SELECT cmp_ok(count(*), '>=', 13::bigint, 'the tables of tenants'' data are looked at') FROM tenant_table;
SELECT is_empty('SELECT name FROM tenant_table WHERE NOT (relrowsecurity AND relforcerowsecurity)',
	'each has row level security, and its owner obeys too');
SELECT ok(relrowsecurity AND relforcerowsecurity, 'so has the table of tenants')
FROM pg_class WHERE oid = 'tenant'::regclass;
SELECT is_empty($$SELECT name FROM tenant_table t WHERE NOT EXISTS (
	SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary
		AND (pg_temp.columns(t.oid, i.indkey::int2[]))[1] = 'tenant_id')$$,
	'each has a primary key that begins with the tenant');
SELECT is_empty($$SELECT t.name, c.conname FROM tenant_table t
	JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f'
	WHERE NOT EXISTS (SELECT FROM unnest(pg_temp.columns(c.conrelid, c.conkey),
		pg_temp.columns(c.confrelid, c.confkey)) AS k (here, there)
		WHERE k.here = 'tenant_id' AND k.there IN ('tenant_id', 'id')
			AND (k.there = 'tenant_id' OR c.confrelid = 'tenant'::regclass))$$,
	'each foreign key carries the tenant');
SELECT is_empty($$SELECT t.name, p.polname FROM tenant_table t JOIN pg_policy p ON p.polrelid = t.oid
	WHERE p.polname <> 'scope' AND NOT (p.polcmd = 'r'
		AND p.polroles IN (ARRAY['rollcall_names'::regrole::oid], ARRAY['rollcall_phones'::regrole::oid]))
		AND NOT (p.polname = 'phones_pin' AND p.polroles = ARRAY['rollcall_phones'::regrole::oid])
		AND p.polroles <> ARRAY['rollcall_links'::regrole::oid]
		AND NOT (t.name = 'phonebook' AND p.polroles = ARRAY['rollcall_signin'::regrole::oid])
		AND NOT (t.name = 'mapping' AND p.polcmd = 'r' AND p.polroles = ARRAY['rollcall_worker'::regrole::oid])
		AND NOT (p.polroles = ARRAY['rollcall_search'::regrole::oid]
			AND (p.polcmd = 'r' OR t.name LIKE 'user\_search%' OR t.name IN ('user_order', 'user_order_note', 'user_count', 'number_count')))$$,
	'besides the scope there are policies for names, phones, mappings and the search, to read, for PINs, for the links and for who holds a phonebook''s link');
SELECT is_empty($$SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'v', 'm', 'S', 'p')
	AND c.relowner IN ('rollcall_web'::regrole, 'rollcall_worker'::regrole)
	AND c.relpersistence = 'p'$$, 'web and worker own nothing');
SELECT is_empty($$SELECT rolname FROM pg_roles WHERE rolname LIKE 'rollcall%'
	AND (rolsuper OR rolbypassrls)$$, 'no role of the program passes row level security by');
-- ANALYZE is a table's owner's alone; it neither gives nor takes anything.
SELECT is_empty($$SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
	AND p.prosecdef AND p.proname NOT IN ('analyze_users', 'analyze_report') AND (p.proconfig IS NULL OR NOT 'search_path=public, pg_temp' = ANY (p.proconfig)
		OR p.proowner NOT IN ('rollcall_names'::regrole, 'rollcall_signin'::regrole, 'rollcall_links'::regrole,
			'rollcall_phones'::regrole, 'rollcall_search'::regrole))
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')$$,
	'each definer function has a fixed search path and an owner that may little');
-- ANALYZE is a table's owner's alone; it neither gives nor takes anything.
SELECT is_empty($$SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
	AND p.prosecdef AND p.proname NOT IN ('analyze_users', 'analyze_report') AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
		WHERE a.grantee = 0)
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')$$,
	'and nobody may call it who was not named');
SELECT ok(NOT has_schema_privilege(r, 'public', 'CREATE'), r || ' makes nothing in the schema')
FROM unnest(ARRAY['rollcall_web', 'rollcall_worker', 'rollcall_names', 'rollcall_signin', 'rollcall_links',
	'rollcall_search']) AS r;

-- A user in each tenant
SELECT set_config('rollcall.scope', '{1,2}', true) \g /dev/null
INSERT INTO users (tenant_id, id, firstname, email, username) VALUES
	(1, 100001, 'Ann', 'ann@acme.test', 'ann'), (2, 100002, 'Ben', 'ben@globex.test', 'ben');
INSERT INTO incall (tenant_id, id, context_id, exten, user_id)
	SELECT tenant_id, 100000 + tenant_id, id, '2001', 100000 + tenant_id
	FROM context WHERE name = 'from-extern';

-- How many rows of every table of tenants' data the role sees that are not the tenant's.
CREATE FUNCTION pg_temp.others(tenant int) RETURNS TABLE (relation text, n bigint)
LANGUAGE plpgsql AS $$
DECLARE
	relation_name text;
BEGIN
	FOREACH relation_name IN ARRAY ARRAY['context', 'context_range', 'call_permission', 'label',
	    'cti_profile', 'line_template', 'voicemail', 'users', 'line', 'extension', 'incall',
	    'user_call_permission', 'user_label'] LOOP
		RETURN QUERY EXECUTE format('SELECT %L, count(*) FROM %I WHERE tenant_id <> $1 HAVING count(*) > 0',
			relation_name, relation_name) USING tenant;
	END LOOP;
END
$$;
GRANT SELECT ON tenant_table TO rollcall_web, rollcall_worker;

SET LOCAL SESSION AUTHORIZATION rollcall_worker;
SELECT set_config('rollcall.scope', '', true) \g /dev/null
SELECT is_empty('SELECT * FROM pg_temp.others(0)', 'without a scope the worker sees nothing');
SELECT is_empty('SELECT * FROM tenant', 'not even that there are tenants');
SELECT set_config('rollcall.scope', '{}', true) \g /dev/null
SELECT is_empty('SELECT * FROM pg_temp.others(0)', 'nor in an empty one');
SELECT throws_ok('INSERT INTO users (tenant_id, firstname) VALUES (1, ''x'')', '42501', NULL,
	'nor does it write');

SELECT set_config('rollcall.scope', '{1}', true) \g /dev/null
SELECT results_eq('SELECT name FROM tenant', ARRAY['acme'], 'in the scope of a tenant that one is there');
SELECT isnt_empty('SELECT * FROM pg_temp.others(0)', 'with its data');
SELECT is_empty('SELECT * FROM pg_temp.others(1)', 'and no row of any other');
SELECT is_empty('SELECT * FROM users WHERE id = 100002', 'another tenant''s user is not there by id');
SELECT is_empty('UPDATE users SET firstname = ''x'' WHERE id = 100002 RETURNING id', 'nor to change');
SELECT is_empty('DELETE FROM users WHERE id = 100002 RETURNING id', 'nor to delete');
SELECT throws_ok('INSERT INTO users (tenant_id, firstname) VALUES (2, ''x'')', '42501', NULL,
	'nothing is written into another tenant');
SELECT throws_ok('UPDATE users SET tenant_id = 2 WHERE id = 100001', '42501', NULL,
	'nothing is moved into another tenant');
SELECT throws_ok('UPDATE users SET cti_profile_id = 0 WHERE id = 100001', '23503', NULL,
	'a link must lead somewhere');
SELECT throws_ok('UPDATE incall SET user_id = 100002 WHERE id = 100001', '23503', NULL,
	'no number is given to another tenant''s user');
SELECT throws_ok('INSERT INTO label (tenant_id, name) VALUES (2, ''x'')', '42501', NULL,
	'the worker makes no labels of another tenant');
SELECT throws_ok('UPDATE context SET type = ''incall''', '42501', NULL, 'nor changes contexts');

-- Names that are unique over all tenants: taken, and nothing else of them
SELECT results_eq('SELECT key FROM taken_emails(ARRAY[''ben@globex.test'', ''free@acme.test''])',
	ARRAY['ben@globex.test'], 'an address of another tenant is taken');
SELECT results_eq('SELECT key FROM taken_usernames(ARRAY[''ben'', ''free''])', ARRAY['ben'],
	'so is a login');
SELECT throws_ok('SET ROLE rollcall_names', '42501', NULL, 'the worker cannot become the role that looks');

SET LOCAL SESSION AUTHORIZATION rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.others(1)', 'web sees no row of another tenant');
SELECT throws_ok('SELECT * FROM taken_emails(ARRAY[''ben@globex.test''])', '42501', NULL,
	'web does not ask for names of all tenants');
SELECT throws_ok('INSERT INTO users (tenant_id, firstname) VALUES (1, ''x'')', '42501', NULL,
	'web makes no users');
SELECT throws_ok('UPDATE users SET firstname = ''x''', '42501', NULL, 'nor changes them');
SELECT throws_ok('DELETE FROM tenant', '42501', NULL, 'nor deletes tenants');
SELECT is_empty('DELETE FROM users WHERE id = 100002 RETURNING id', 'nor users of another tenant');
SELECT throws_ok('SELECT token_hash FROM phonebook', '42501', NULL, 'nor reads what a phonebook''s link hides');
SELECT throws_ok($$INSERT INTO phonebook (tenant_id, name, token_hash, mobile, plain, admin_name)
	VALUES (2, 'x', sha256('x'), false, false, 'x')$$, '42501', NULL, 'nor makes a phonebook of another tenant');
SELECT is_empty('SELECT * FROM phonebook_find(sha256(''x''))', 'a token that was never given finds nothing');
SELECT set_config('rollcall.scope', '{1,2}', true) \g /dev/null
SELECT set_eq('SELECT id FROM users WHERE id IN (100001, 100002)', ARRAY[100001, 100002]::bigint[],
	'in the scope of all tenants all are there');

SET LOCAL SESSION AUTHORIZATION DEFAULT;
SET LOCAL SESSION AUTHORIZATION rollcall_owner;
SELECT set_config('rollcall.scope', '', true) \g /dev/null
SELECT is_empty('SELECT * FROM context', 'the owner too sees nothing without a scope');
SELECT throws_ok('INSERT INTO label (tenant_id, name) VALUES (1, ''x'')', '42501', NULL,
	'nor writes');

SELECT * FROM finish();
