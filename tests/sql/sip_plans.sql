-- What telephones ask is found by indexes, among many users: no statement of a view or a
-- function reads a table of theirs whole.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(13);

INSERT INTO voicemail (tenant_id, id, context_id, number, name)
	SELECT 1, 100000 + n, c.id, (100000 + n)::text, 'v' FROM generate_series(1, 4000) n, context c WHERE c.tenant_id = 1 AND c.name = 'default';
INSERT INTO users (tenant_id, id, firstname, voicemail_id) SELECT 1, 100000 + n, 'u', 100000 + n FROM generate_series(1, 4000) n;
INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
	SELECT 1, 100000 + n, 100000 + n, CASE WHEN n % 2 = 0 THEN 'ua' ELSE 'sip' END, c.id, t.id, 'p' || n, 's' || n, n
	FROM generate_series(1, 4000) n, context c, line_template t
	WHERE c.tenant_id = 1 AND c.name = 'default' AND t.tenant_id = 1 AND t.name = 'default';
INSERT INTO extension (tenant_id, context_id, exten, line_id) SELECT 1, context_id, id::text, id FROM line WHERE id > 100000;
INSERT INTO incall (tenant_id, context_id, exten, user_id)
	SELECT 1, c.id, (200000 + n)::text, 100000 + n FROM generate_series(1, 4000) n, context c WHERE c.tenant_id = 1 AND c.name = 'from-extern';
INSERT INTO call_permission_rule (tenant_id, call_permission_id, pattern, allow)
	SELECT tenant_id, id, '_00.', false FROM call_permission WHERE tenant_id = 1;
INSERT INTO user_call_permission (tenant_id, user_id, call_permission_id)
	SELECT 1, u.id, p.id FROM users u, call_permission p WHERE u.id > 100000 AND p.tenant_id = 1;
INSERT INTO trunk (tenant_id, id, name, host, context_id, prefix)
	SELECT 1, 900, 'carrier', '192.0.2.1', id, '0' FROM context WHERE tenant_id = 1 AND name = 'from-extern';
INSERT INTO sip.location (ruid, username, contact) SELECT 'r' || n, '1-' || 100000 + n || '-0', 'sip:x@192.0.2.1' FROM generate_series(1, 4000) n;
ANALYZE;

-- How often the statement reads a large table from end to end.
CREATE FUNCTION pg_temp.whole(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	before bigint := (SELECT sum(seq_scan) FROM pg_stat_xact_user_tables WHERE relname IN
		('users', 'line', 'extension', 'incall', 'voicemail', 'user_call_permission', 'location'));
BEGIN
	EXECUTE query;
	RETURN (SELECT sum(seq_scan) FROM pg_stat_xact_user_tables WHERE relname IN
		('users', 'line', 'extension', 'incall', 'voicemail', 'user_call_permission', 'location')) - before;
END
$$;
SELECT is(pg_temp.whole('SELECT count(*) FROM line'), 1::bigint, 'a table that is read whole is noticed');
SELECT is(pg_temp.whole(query), 0::bigint, query) FROM (VALUES
	('SELECT * FROM sip.subscriber WHERE username = ''p77'' AND domain = ''rollcall'''),
	('SELECT * FROM sip.route(''p77'', ''100078'')'),
	('SELECT * FROM sip.route(''p77'', ''0142'')'),
	('SELECT * FROM sip.route(''p77'', ''unknown'')'),
	('SELECT * FROM sip.route_in(900, ''200077'')'),
	('SELECT * FROM sip.watch(''p77'', ''100078'')'),
	('SELECT * FROM sip.ps_endpoints WHERE id = ''p77'''),
	('SELECT * FROM sip.ps_endpoints WHERE id = ''p78+web'''),
	('SELECT * FROM sip.ps_auths WHERE id = ''p78+web'''),
	('SELECT * FROM sip.ps_aors WHERE id = ''p78+web'''),
	((SELECT format('SELECT * FROM sip.voicemail WHERE context = ''t1c%s'' AND mailbox = ''100077''', id)
		FROM context WHERE tenant_id = 1 AND name = 'default')),
	('SELECT * FROM registration WHERE tenant_id = 1 AND user_id = 100077')) AS q (query);

SELECT * FROM finish();
