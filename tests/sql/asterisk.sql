-- The views of the schema "sip" that a site's own Asterisk reads by its realtime: its
-- names, its columns, and what may be written.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(19);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

-- The rows of a query as text.
CREATE FUNCTION pg_temp.said(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT string_agg(q::text, '' '') FROM (%s) q', query) INTO result;
	RETURN result;
END
$$;
CREATE FUNCTION pg_temp.columns(view text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = view::regclass AND attnum > 0
$$;
SELECT is(pg_temp.columns('sip.ps_endpoints'), 'id aors auth context subscribe_context disallow allow transport webrtc'
	' dtls_auto_generate_cert direct_media dtmf_mode rtp_symmetric force_rport rewrite_contact callerid trust_id_inbound'
	' send_pai language mailboxes named_call_group named_pickup_group device_state_busy_at set_var', 'the columns of an endpoint');
SELECT is(pg_temp.columns('sip.ps_auths'), 'id auth_type username md5_cred realm', 'of its digest');
SELECT is(pg_temp.columns('sip.ps_aors'), 'id contact max_contacts remove_existing maximum_expiration default_expiration'
	' minimum_expiration qualify_frequency mailboxes', 'of where it is');
SELECT is(pg_temp.columns('sip.voicemail'), 'uniqueid context mailbox password fullname email attach delete', 'and of a mailbox');

INSERT INTO voicemail (tenant_id, id, context_id, number, name, password, email, attach_audio, ask_password)
	SELECT 1, 8001, id, '1101', 'Zoé; ^1', '4711', 'z@acme.test', true, false FROM context WHERE tenant_id = 1 AND name = 'default';
INSERT INTO users (tenant_id, id, firstname, lastname, language, voicemail_id, simultaneous_calls, dtmf_hangup_enabled, call_transfer_enabled, enabled)
	VALUES (1, 8001, 'Zoé', '"Z"; ^', 'fr_FR', 8001, 3, true, true, true), (1, 8002, 'Off', NULL, NULL, NULL, 5, false, false, false);
INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
	SELECT 1, u.id, u.id, 'ua', c.id, t.id, 'p' || u.id, 'se;cr^et', u.id FROM users u, context c, line_template t
	WHERE u.id IN (8001, 8002) AND c.tenant_id = 1 AND c.name = 'default' AND t.tenant_id = 1 AND t.name = 'default';
INSERT INTO extension (tenant_id, context_id, exten, line_id) SELECT 1, context_id, '1101', id FROM line WHERE id = 8001;
SELECT context_id AS place FROM line WHERE id = 8001 \gset
SELECT 't1c' || :place AS named \gset

SET LOCAL SESSION AUTHORIZATION rollcall_pbx;
SELECT is(pg_temp.said('SELECT id, webrtc, allow FROM sip.ps_endpoints WHERE id LIKE ''p800%'' ORDER BY id'),
	'(p8001,no,"g722,alaw,ulaw") (p8001+web,yes,"opus,g722,alaw,ulaw")',
	'a ua line is two endpoints; a disabled user none');
SELECT is(callerid, '"Zoé \"Z\"^3B ^5E" <1101>', 'a name is quoted, and what Asterisk would split is encoded')
FROM sip.ps_endpoints WHERE id = 'p8001';
SELECT is(set_var, format('__ROLLCALL_TENANT=1;ROLLCALL_CALLER=p8001;ROLLCALL_PLACE=%s;ROLLCALL_CALLS=3', :place), 'what a dialplan asks with')
FROM sip.ps_endpoints WHERE id = 'p8001+web';
SELECT is(pg_temp.said('SELECT id, md5_cred FROM sip.ps_auths WHERE id LIKE ''p800%'' ORDER BY id'),
	format('(p8001,%s) (p8001+web,%s)', md5('p8001:rollcall:se;cr^et'), md5('p8001+web:rollcall:se;cr^et')), 'digests, never a secret');
SELECT is(pg_temp.said('SELECT max_contacts, remove_existing, mailboxes FROM sip.ps_aors WHERE id LIKE ''p8001%'' ORDER BY id'),
	format('(1,yes,1101@%1$s) (10,no,1101@%1$s)', :'named'), 'one desk phone, ten browsers, the mailbox');
SELECT is(pg_temp.said('SELECT fullname, password, email, attach, "delete" FROM sip.voicemail WHERE mailbox = ''1101'' AND context = '
	|| quote_literal(:'named')), '("Zoé^3B ^5E1",4711,z@acme.test,yes,no)', 'a mailbox');
SELECT is(pg_temp.said('SELECT mailbox, skip FROM sip.own_mailbox WHERE sip_username = ''p8001'''), format('(1101@%s,s)', :'named'), 'one''s own, open without a PIN');
SELECT is(pg_temp.said(format('SELECT * FROM sip.dial(1, %s, ''1101'')', :place)),
	format('(PJSIP/p8001&PJSIP/p8001+web,30,3,1101@%s,ht,u8001)', :'named'), 'what rings');
SELECT is(pg_temp.said(format('SELECT * FROM sip.dial(2, %s, ''1101'')', :place)), '(,,,,,)', 'in another tenant nothing');

SELECT lives_ok($$UPDATE sip.voicemail SET password = '12#' WHERE uniqueid = 8001$$, 'a PIN that is changed by phone');
SELECT throws_ok($$UPDATE sip.voicemail SET password = 'abcd' WHERE uniqueid = 8001$$, 'P0001', NULL, 'but nothing else than a PIN');
SELECT throws_ok($$UPDATE sip.voicemail SET mailbox = '1102' WHERE uniqueid = 8001$$, '42501', NULL, 'nor another column');
SELECT throws_ok('SELECT * FROM sip.location', '42501', NULL, 'where phones are is not its to read');
SELECT throws_ok('SELECT * FROM sip.subscriber', '42501', NULL, 'nor what Kamailio reads');
RESET SESSION AUTHORIZATION;
SELECT is(password, '12#', 'is in the imported row') FROM voicemail WHERE id = 8001;
SELECT * FROM finish();
