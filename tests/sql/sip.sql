-- The schema "sip", without any telephone: who may register, where calls go, who may
-- read what.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(96);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

-- --- people: the same numbers in two tenants -------------------------------------

CREATE FUNCTION pg_temp.person(person bigint, tenant int, number text, more jsonb DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	place bigint := (SELECT id FROM context WHERE tenant_id = tenant AND name = 'default');
	box bigint;
BEGIN
	IF more ? 'mailbox' THEN
		INSERT INTO voicemail (tenant_id, id, context_id, number, name, password, ask_password)
		VALUES (tenant, person, place, more ->> 'mailbox', 'Box; ^', '4711', coalesce((more ->> 'ask')::boolean, true))
		RETURNING id INTO box;
	END IF;
	INSERT INTO users (tenant_id, id, firstname, lastname, outgoing_caller_id, simultaneous_calls, ring_seconds,
		enabled, supervision_enabled, call_permission_password, voicemail_id)
	VALUES (tenant, person, coalesce(more ->> 'firstname', 'P' || person), more ->> 'lastname', more ->> 'shown',
		coalesce((more ->> 'calls')::int, 5), coalesce((more ->> 'ring')::int, 30),
		coalesce((more ->> 'enabled')::boolean, true), coalesce((more ->> 'watched')::boolean, true), more ->> 'password', box);
	INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
	SELECT tenant, person, person, coalesce(more ->> 'protocol', 'sip'), place, min(t.id),
		CASE WHEN more ->> 'protocol' IS DISTINCT FROM 'sccp' THEN coalesce(more ->> 'name', 'p' || person) END,
		CASE WHEN more ->> 'protocol' IS DISTINCT FROM 'sccp' THEN coalesce(more ->> 'secret', 'secret-' || person) END, person
	FROM line_template t WHERE t.tenant_id = tenant;
	INSERT INTO extension (tenant_id, context_id, exten, line_id) VALUES (tenant, place, number, person);
END
$$;
SELECT count(pg_temp.person(id, tenant, number, more::jsonb)) FROM (VALUES
	(8001::bigint, 1, '1101', '{"firstname": "Zoé \"Z\"", "lastname": "O\\Neil", "mailbox": "1101"}'),
	(8002, 1, '1102', '{"protocol": "ua", "ring": 0, "calls": 2, "shown": "anonymous", "watched": false}'),
	(8003, 1, '1103', '{"protocol": "sccp", "mailbox": "1103"}'),
	(8004, 1, '1104', '{"enabled": false}'),
	(8005, 1, '1105', '{"secret": "a;b\\c\"d^e é", "shown": "\"Front, Desk\" <0142000105>", "password": "9#"}'),
	(8006, 1, '1106', '{"name": "trunk-me", "shown": "0142000106"}'),
	(8007, 1, '_12XX', '{"protocol": "webrtc", "shown": "Reception", "mailbox": "1200", "ask": false}'),
	(8008, 1, '0123', '{"enabled": false}'),
	(8009, 1, '_[', '{}'),
	(8101, 2, '1101', '{"mailbox": "1101"}')) AS p (id, tenant, number, more) \g /dev/null
INSERT INTO incall (tenant_id, context_id, exten, user_id, ring_seconds)
SELECT c.tenant_id, c.id, i.exten, i.user_id, i.ring
FROM context c JOIN (VALUES (1, '2001', 8001, 15), (1, '2002', 8001, NULL), (1, '2003', 8004, NULL), (1, '2004', NULL, NULL),
	(2, '2001', 8101, NULL)) AS i (tenant, exten, user_id, ring) ON c.tenant_id = i.tenant
WHERE c.name = 'from-extern';
INSERT INTO trunk (tenant_id, id, name, host, port, transport, identify, username, secret, realm, tls_name, context_id, number, prefix, strip)
SELECT v.tenant, v.id, 'trunk ' || v.id, v.host, v.port, v.transport, v.identify, v.username, v.secret, v.realm, v.tls, c.id, v.number, v.prefix, v.strip
FROM (VALUES (901, 1, '192.0.2.1', 5070, 'udp', 'address', NULL, NULL, NULL, NULL, '0142000000', '0', 0),
	(902, 1, 'sip.example.net', NULL, 'tls', 'tls', 'us', 's3cret', 'example.net', 'Sip.Example.NET', NULL, '00', 1),
	(903, 2, '192.0.2.1', NULL, 'tcp', 'address', NULL, NULL, NULL, NULL, NULL, '0', 0),
	(904, 2, '2001:db8::1', 5060, 'udp', 'digest', 'trunk-gate', 'gate;"\', NULL, NULL, NULL, '9', 1))
	AS v (id, tenant, host, port, transport, identify, username, secret, realm, tls, number, prefix, strip)
JOIN context c ON c.tenant_id = v.tenant AND c.name = 'from-extern';
INSERT INTO emergency_number (tenant_id, number) VALUES (1, '112'), (1, '15');
INSERT INTO call_permission_rule (tenant_id, call_permission_id, pattern, allow, password)
SELECT tenant_id, id, r.pattern, r.allow, r.password
FROM call_permission JOIN (VALUES (1, 'international', '_00.', false, NULL), (1, 'international', '_0033!', true, NULL),
	(1, 'mobile', '_0[67]X.', false, '1234'), (1, 'mobile', '1102', false, NULL), (1, 'mobile', '112', false, NULL))
	AS r (tenant, name, pattern, allow, password) ON r.tenant = tenant_id AND r.name = call_permission.name;
INSERT INTO user_call_permission (tenant_id, user_id, call_permission_id)
SELECT 1, u, id FROM call_permission, unnest(ARRAY[8001, 8005]) u WHERE tenant_id = 1 AND name IN ('international', 'mobile');
UPDATE telephony SET voicemail_server = '192.0.2.9:5062', media_server = NULL;
ANALYZE;

-- --- digests ------------------------------------------------------------------------

SET LOCAL SESSION AUTHORIZATION rollcall_sip;
SELECT is(ha1, md5('p8001:rollcall:secret-8001')::varchar, 'a phone''s digest is that of name, realm and secret')
FROM sip.subscriber WHERE username = 'p8001';
SELECT is(ha1, md5('p8005:rollcall:a;b\c"d^e é')::varchar, 'whatever the secret is made of')
FROM sip.subscriber WHERE username = 'p8005';
SELECT is_empty('SELECT FROM sip.subscriber WHERE username = ''p8004''', 'a disabled user has none');
SELECT is_empty('SELECT FROM sip.subscriber WHERE username = ''trunk-me''', 'nor has a phone with a trunk''s name');
SELECT is((SELECT count(*) FROM sip.subscriber WHERE username IS NULL), 0::bigint, 'nor a line that is not SIP');
SELECT is(ha1, md5('trunk-gate:rollcall:gate;"\')::varchar, 'a trunk''s digest stands apart')
FROM sip.trunk_subscriber WHERE username = 'trunk-gate';
SELECT is((SELECT count(*) FROM sip.trunk_subscriber), 1::bigint, 'and of trunks that are known by it alone');
SELECT is(aor, '1-8002-0', 'a phone registers as its line''s account') FROM sip.subscriber WHERE username = 'p8002';

-- --- calls inside -----------------------------------------------------------------

CREATE FUNCTION pg_temp.call(caller text, dialled text, permitted boolean DEFAULT false) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', verdict, aor, number, destination) FROM sip.route(caller, dialled, permitted)
$$;
SELECT is(pg_temp.call('p8002', '1101'), 'user 1-8001-0', 'a number of the own context rings its phone');
SELECT is(pg_temp.call('p8101', '1101'), 'user 2-8101-0', 'the same number of another tenant rings that tenant''s');
SELECT is(pg_temp.call('p8101', '1102'), 'unknown', 'other tenants'' numbers are not there');
SELECT is(pg_temp.call('p8001', '1104'), 'unknown', 'nor those of disabled users');
SELECT is(pg_temp.call('p8001', '0123'), 'unknown', 'and none of them goes out instead');
SELECT is(pg_temp.call('p8001', '2001'), 'unknown', 'numbers from outside are of another context');
SELECT is(pg_temp.call('p8004', '1101'), 'refused', 'a disabled user calls nobody');
SELECT is(pg_temp.call('nobody', '1101'), 'refused', 'nor does an unknown name');
SELECT is(pg_temp.call('p8001', '1234'), 'user 1-8007-0', 'a number that is a pattern takes what fits');
SELECT is(pg_temp.call('p8001', '12345'), 'unknown', 'and nothing else');
SELECT is(pg_temp.call('p8001', '['), 'unknown', 'a pattern that is none takes nothing');
SELECT is(pg_temp.call('p8001', '*98'), 'mailbox', 'one''s own mailbox');
SELECT matches(mailbox, '^vmm_t1c\d+_1101@192\.0\.2\.9:5062$', 'that asks for its PIN') FROM sip.route('p8001', '*98');
SELECT matches(mailbox, '^vms_t1c\d+_1200@', 'or does not') FROM sip.route('p8007', '*98');
SELECT is(pg_temp.call('p8002', '*98'), 'unknown', 'who has no mailbox has none to call');

SELECT results_eq($$SELECT aor, ring_seconds, callee, callee_calls, caller, caller_calls, show_name, show_number, watch
	FROM sip.route('p8002', '1101')$$,
	$$VALUES ('1-8001-0'::varchar, 30, 'u8001'::varchar, 5, 'u8002'::varchar, 2, '"P8002"'::varchar, '1102'::varchar, '1-8001'::varchar)$$,
	'who rings, how long, whose calls count, who is shown and watched');
SELECT matches(mailbox, '^t1c\d+_1101@192\.0\.2\.9:5062$', 'and who answers for the user') FROM sip.route('p8002', '1101');
SELECT is(show_name, '"Zoé \"Z\" O\\Neil"', 'a name is quoted') FROM sip.route('p8001', '1105');
SELECT results_eq($$SELECT aor, ring_seconds, watch FROM sip.route('p8005', '1103')$$,
	$$VALUES (NULL::varchar, 30, '1-8003'::varchar)$$, 'a line that is not SIP does not ring, its mailbox answers');
SELECT results_eq($$SELECT ring_seconds, callee_calls, mailbox, watch FROM sip.route('p8007', '1102')$$,
	$$VALUES (0, 2, NULL::varchar, NULL::varchar)$$, 'no limit, no mailbox, not to be watched');

-- --- call permissions and trunks ------------------------------------------------------

SELECT is(pg_temp.call('p8002', '0612345678'), 'trunk 0612345678 192.0.2.1:5070', 'who has no permission to ask may all');
SELECT is(pg_temp.call('p8001', '0142111111'), 'trunk 0142111111 192.0.2.1:5070', 'a number that no rule means may be called');
SELECT is(pg_temp.call('p8001', '004930'), 'refused', 'one that is denied may not');
SELECT is(pg_temp.call('p8001', '0033142'), 'trunk 033142 sip.example.net;transport=tls',
	'one that another rule allows may; the longer prefix decides, and its first sign stays here');
SELECT is(pg_temp.call('p8001', '0612345678'), 'refused', 'a password that nobody can ask for: refused');
SELECT is(pg_temp.call('p8001', '1102'), 'refused', 'inside too');
SELECT is(pg_temp.call('p8001', '112'), 'trunk 112 192.0.2.1:5070', 'an emergency number is never refused, and goes out as it is');
SELECT is(caller_calls, NULL, 'nor are its calls counted against a limit') FROM sip.route('p8001', '112');
SELECT is(pg_temp.call('p8101', '112'), 'unknown', 'it is one of the tenant that has it');
SELECT is(pg_temp.call('p8001', '7777'), 'unknown', 'what has no prefix goes nowhere');
SELECT is(pg_temp.call('p8001', '0'), 'unknown', 'nor does a prefix alone');
SELECT is(pg_temp.call('p8101', '9001'), 'trunk 001 [2001:db8::1]:5060', 'the other tenant has its own trunks');
SELECT is(pg_temp.call('p8001', '0612345678', true), 'trunk 0612345678 192.0.2.1:5070', 'whose password was heard goes out');
RESET SESSION AUTHORIZATION;
UPDATE telephony SET media_server = '192.0.2.8:5064';
SET LOCAL SESSION AUTHORIZATION rollcall_sip;
SELECT is(pg_temp.call('p8001', '0612345678'), 'password 192.0.2.8:5064', 'the media server asks for a password');
SELECT results_eq($$SELECT kind, trunk FROM sip.source('192.0.2.8', 40000, '')$$, $$VALUES ('media'::varchar, NULL::varchar)$$,
	'and is known by its address');

CREATE FUNCTION pg_temp.shown(caller text) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', show_name, show_number, anonymous) FROM sip.route(caller, '0999')
$$;
SELECT is(pg_temp.shown('p8001'), '0142000000 0', 'default: the trunk''s number is shown');
SELECT is(pg_temp.shown('p8101'), '1101 0', 'or one''s own');
SELECT is(pg_temp.shown('p8002'), '0142000000 1', 'anonymous: none; the carrier is told');
SELECT is(pg_temp.shown('p8005'), '"Front, Desk" 0142000105 0', 'name and number');
SELECT is(pg_temp.shown('trunk-me'), '0142000106 0', 'number');
SELECT is(pg_temp.shown('p8007'), '"Reception" 0142000000 0', 'name');

-- --- from outside -------------------------------------------------------------------

SELECT results_eq($$SELECT s.trunk FROM (VALUES (1, '192.0.2.1', 5070, ''), (2, '192.0.2.1', 9, ''), (3, '192.0.2.2', 5070, ''),
	(4, '192.0.2.3', 9, 'sip.example.net'), (5, '2001:db8::1', 5060, '')) v (i, address, port, certificate),
	LATERAL sip.source(v.address, v.port, v.certificate) s ORDER BY i$$, ARRAY['901', '903', NULL, '902', NULL]::varchar[],
	'a trunk is known by address and port, by address, or by its certificate');
SELECT is(aor, '1-8001-0', 'a number from outside rings its user') FROM sip.route_in(901, '2001');
SELECT is(ring_seconds, 15, 'as long as the number says') FROM sip.route_in(901, '2001');
SELECT is(ring_seconds, 30, 'else as the user says') FROM sip.route_in(901, '2002');
SELECT is(aor, '1-8001-0', 'a + in front is the same number') FROM sip.route_in(901, '+2002');
SELECT is(aor, '2-8101-0', 'the same number by another tenant''s trunk is that tenant''s') FROM sip.route_in(903, '2001');
SELECT is(verdict, 'unknown', why) FROM (VALUES ('2003', 'a disabled user is not called'), ('2004', 'nor a number that nobody has'),
	('1101', 'extensions are not called from outside'), ('0612345678', 'and nothing goes from trunk to trunk')) AS v (number, why),
	LATERAL sip.route_in(901, v.number);
RESET SESSION AUTHORIZATION;
UPDATE context_range SET did_length = 4 WHERE tenant_id = 1 AND kind = 'incall' AND range_start = '2000';
UPDATE trunk SET context_id = NULL WHERE id = 903;
SET LOCAL SESSION AUTHORIZATION rollcall_sip;
SELECT is(aor, '1-8001-0', 'a carrier may send more digits than are kept') FROM sip.route_in(901, '+33142002001');
SELECT is(verdict, 'unknown', 'a trunk without a context brings no calls') FROM sip.route_in(903, '2001');
SELECT results_eq('SELECT * FROM sip.trunk_digest(902)',
	$$VALUES ('us'::varchar, 'example.net'::varchar, md5('us:example.net:s3cret')::varchar)$$, 'a carrier is answered for its realm');

SELECT is(sip.watch('p8002', '1101'), '1-8001', 'who allows it can be watched');
SELECT is(sip.watch('p8001', '1102'), NULL, 'who does not cannot');
SELECT is(sip.watch('p8101', '1103'), NULL, 'nor can another tenant''s users');

-- --- contexts that include others ------------------------------------------------------

RESET SESSION AUTHORIZATION;
INSERT INTO context (tenant_id, id, name, type) VALUES (1, 701, 'branch', 'internal'), (1, 702, 'annex', 'internal'),
	(1, 703, 'store', 'internal'), (2, 704, 'branch', 'internal');
INSERT INTO users (tenant_id, id, firstname, simultaneous_calls, ring_seconds, enabled, supervision_enabled)
SELECT 1, n, 'P' || n, 5, 30, true, true FROM generate_series(8011, 8014) n;
INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
SELECT 1, v.id, v.id, 'sip', v.context, (SELECT min(id) FROM line_template WHERE tenant_id = 1), 'p' || v.id, 'secret', v.id
FROM (VALUES (8011, 701), (8012, 702), (8013, 703), (8014, 703)) AS v (id, context);
INSERT INTO extension (tenant_id, context_id, exten, line_id)
VALUES (1, 701, '1301', 8011), (1, 702, '1302', 8012), (1, 703, '1303', 8013), (1, 703, '1302', 8014);
SELECT is(pg_temp.call('p8002', '1301'), 'unknown', 'other contexts are not there');
INSERT INTO context_include (tenant_id, context_id, included_id)
SELECT 1, id, 701 FROM context WHERE tenant_id = 1 AND name = 'default';
SET LOCAL SESSION AUTHORIZATION rollcall_sip;
SELECT is(pg_temp.call('p8002', '1301'), 'user 1-8011-0', 'a context that is included is');
SELECT is(pg_temp.call('p8011', '1102'), 'unknown', 'but not the other way round');
SELECT is(pg_temp.call('p8002', '1302'), 'unknown', 'nor a third one');
RESET SESSION AUTHORIZATION;
INSERT INTO context_include (tenant_id, context_id, included_id)
SELECT 1, 701, 702 UNION ALL SELECT 1, 702, 703 UNION ALL SELECT 1, 703, id FROM context WHERE tenant_id = 1 AND name = 'default';
SET LOCAL SESSION AUTHORIZATION rollcall_sip;
SELECT is(pg_temp.call('p8002', '1303'), 'user 1-8013-0', 'an included context brings what it includes itself');
SELECT is(pg_temp.call('p8002', '1302'), 'user 1-8012-0', 'of two that have the number the nearer one goes first');
SELECT is(pg_temp.call('p8013', '1302'), 'user 1-8014-0', 'and the own context before all');
SELECT is(pg_temp.call('p8013', '1104'), 'unknown', 'a disabled user is not called by this way either');
SELECT is(pg_temp.call('p8002', '1399'), 'unknown', 'a circle ends');
SELECT is(sip.watch('p8002', '1301'), '1-8011', 'who can be called can be watched');
RESET SESSION AUTHORIZATION;
UPDATE call_permission_rule SET pattern = '1301' WHERE pattern = '1102';
SET LOCAL SESSION AUTHORIZATION rollcall_sip;
SELECT is(pg_temp.call('p8001', '1301'), 'refused', 'call permissions count there too');
RESET SESSION AUTHORIZATION;
SELECT throws_ok($$INSERT INTO context_include (tenant_id, context_id, included_id) VALUES (1, 701, 704)$$, '23503', NULL,
	'another tenant''s context cannot be included');

-- --- changes are in force at once ------------------------------------------------------

RESET SESSION AUTHORIZATION;
UPDATE line SET sip_secret = 'another' WHERE id = 8001;
UPDATE users SET firstname = 'Anew' WHERE id = 8001;
SELECT is(pg_temp.call('p8002', '1101'), 'user 1-8001-1', 'who registered with an old secret rings no more');
UPDATE line SET sip_secret = 'another' WHERE id = 8001;
SELECT is(pg_temp.call('p8002', '1101'), 'user 1-8001-1', 'a secret that stays is no change');
UPDATE users SET enabled = false WHERE id = 8001;
SELECT is(pg_temp.call('p8002', '1101'), 'unknown', 'a user who was disabled is not called');

-- --- rights ---------------------------------------------------------------------------

SELECT is_empty($$SELECT relation, role FROM unnest(ARRAY['users', 'line', 'extension', 'incall', 'voicemail', 'trunk',
		'call_permission_rule', 'telephony', 'admin', 'job', 'job_chunk', 'token']) relation, unnest(ARRAY['rollcall_sip', 'rollcall_pbx']) role
	WHERE has_table_privilege(role, relation, 'SELECT, INSERT, UPDATE, DELETE') OR has_any_column_privilege(role, relation, 'SELECT, INSERT, UPDATE')$$,
	'the logins of telephone systems read no table of ours');
SELECT is_empty($$SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
	WHERE c.relnamespace = 'sip'::regnamespace AND c.relkind = 'v' AND has_table_privilege('rollcall_sip', c.oid, 'SELECT')
		AND a.atttypid NOT IN ('varchar'::regtype, 'int4'::regtype)$$, 'Kamailio reads varchar and numbers alone');
SELECT is_empty($$SELECT a.attname FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid
	WHERE t.oid = 'sip.answer'::regtype AND a.atttypid NOT IN ('varchar'::regtype, 'int4'::regtype)$$, 'of functions too');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'sip'::regnamespace AND EXISTS (
	SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)$$, 'no function is everybody''s');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'sip'::regnamespace AND p.prosecdef
	AND NOT 'search_path=pg_temp' = ANY (p.proconfig)$$, 'each that has rights of its own has a search path of its own');
SELECT is_empty($$SELECT rolname FROM pg_roles WHERE rolname IN ('rollcall_phones', 'rollcall_sip', 'rollcall_pbx')
	AND (rolsuper OR rolbypassrls OR rolcreaterole OR (rolname = 'rollcall_phones' AND rolcanlogin))$$, 'no role may more than it must');
SELECT is_empty($$SELECT v.relname, count(DISTINCT d.refobjid) FROM pg_class v JOIN pg_rewrite r ON r.ev_class = v.oid
	JOIN pg_depend d ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
	WHERE v.relnamespace = 'sip'::regnamespace AND v.relkind = 'v' GROUP BY v.relname HAVING count(DISTINCT d.refobjid) > 4$$,
	'no view has more than four relations');
SELECT is_empty($$SELECT v.relname FROM pg_class v JOIN pg_rewrite r ON r.ev_class = v.oid
	JOIN pg_depend d ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass JOIN pg_class o ON o.oid = d.refobjid AND o.oid <> v.oid
	WHERE v.relnamespace = 'sip'::regnamespace AND o.relkind = 'v'$$, 'nor a view below it');

SET LOCAL SESSION AUTHORIZATION rollcall_sip;
SELECT throws_ok('SELECT * FROM sip.voicemail', '42501', NULL, 'Kamailio reads no PIN');
SELECT throws_ok('SELECT * FROM sip.may_call(''p8005'', ''0612345678'')', '42501', NULL, 'nor a password of a call permission');
SELECT lives_ok($$INSERT INTO sip.location (ruid, username, contact, expires, user_agent) VALUES
	('r1', '1-8002-0', 'sip:p8002@192.0.2.55:5060;transport=tcp', now() AT TIME ZONE 'UTC' + interval '1 h', 'Desk'),
	('r2', '1-8001-0', 'sip:p8001@192.0.2.56', now() AT TIME ZONE 'UTC' + interval '1 h', 'Old account'),
	('r3', '2-8101-0', 'sip:p8101@192.0.2.57', now() AT TIME ZONE 'UTC' + interval '1 h', 'Globex'),
	('r4', '1-8005-0', 'sip:p8005@192.0.2.58', now() AT TIME ZONE 'UTC' - interval '1 s', 'Gone')$$, 'it writes where phones are');
SELECT throws_ok($$INSERT INTO sip.location (ruid, username) VALUES ('r9', 'p8002')$$, NULL, NULL, 'under accounts alone');
SET LOCAL SESSION AUTHORIZATION rollcall_web;
SELECT set_config('rollcall.scope', '{1}', true) \g /dev/null
SELECT throws_ok($$INSERT INTO sip.location (ruid, username) VALUES ('r9', '1-8002-0')$$, '42501', NULL, 'nobody else does');
SELECT results_eq('SELECT user_id, address, transport, user_agent FROM registration',
	$$VALUES (8002::bigint, '192.0.2.55:5060', 'tcp', 'Desk'::varchar)$$,
	'a page sees the phones of its tenant that are there with the account of today');
SELECT is_empty('SELECT FROM sip.location WHERE tenant_id <> 1', 'and nothing of another tenant''s');
SELECT throws_ok('SELECT secret FROM trunk', '42501', NULL, 'secrets of trunks are not for pages');
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
