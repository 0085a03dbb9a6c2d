-- SIP usernames that were drawn give way to those that are given or taken.
\set QUIET on
\set ON_ERROR_STOP on
\set redraw_import `sed 's/{table}/stage/g' sql/shared/redraw/10_sip_username.sql`
\set redraw_update `sed 's/{table}/plan/g' sql/shared/redraw/10_sip_username.sql`
SELECT plan(8);
\i sql/shared/stage.sql
\i sql/shared/rules.sql
\o /dev/null
SELECT set_config('rollcall.scope', '{1,2}', true);
\o

-- Another tenant's line has the name that row 1 drew.
INSERT INTO users (tenant_id, id, firstname) VALUES (2, 1000001, 'Holder');
INSERT INTO line (tenant_id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
	SELECT 2, 1000001, 'sip', (SELECT min(id) FROM context WHERE tenant_id = 2),
		(SELECT min(id) FROM line_template WHERE tenant_id = 2), 'taken000', 's', 999999999;
INSERT INTO plan (row_number, line, wrong, kept, drawn, drawn_secret, plain_password, same_number, sip_username,
	new_uuid, new_line_id, new_line_uuid, new_extension_id, new_voicemail_id)
SELECT n, n, '{}', '{}', drawn, true, false, false, name, gen_random_uuid(), n, gen_random_uuid(), n, n
FROM (VALUES (1, true, 'taken000'), (2, true, 'twice000'), (3, false, 'twice000'), (4, true, 'alone000'))
	AS row (n, drawn, name);
:redraw_update

SELECT isnt((SELECT sip_username FROM plan WHERE row_number = 1), 'taken000', 'one that a line of another tenant has is drawn again');
SELECT isnt((SELECT sip_username FROM plan WHERE row_number = 2), 'twice000', 'one that another row of the file gives is drawn again');
SELECT is((SELECT sip_username FROM plan WHERE row_number = 3), 'twice000', 'what the file gives stays');
SELECT is((SELECT sip_username FROM plan WHERE row_number = 4), 'alone000', 'one that is alone stays');

-- The same of an import, whose rows are in stage.
INSERT INTO stage (row_number, line, wrong, kept, drawn, drawn_secret, plain_password, sip_username)
SELECT n, n, '{}', '{}', drawn, true, false, name
FROM (VALUES (1, true, 'taken000'), (2, true, 'twice000'), (3, false, 'twice000'), (4, true, 'alone000'))
	AS row (n, drawn, name);
:redraw_import

SELECT isnt((SELECT sip_username FROM stage WHERE row_number = 1), 'taken000', 'of an import: one that a line of another tenant has is drawn again');
SELECT isnt((SELECT sip_username FROM stage WHERE row_number = 2), 'twice000', 'of an import: one that another row of the file gives is drawn again');
SELECT is((SELECT sip_username FROM stage WHERE row_number = 3), 'twice000', 'of an import: what the file gives stays');
SELECT is((SELECT sip_username FROM stage WHERE row_number = 4), 'alone000', 'of an import: one that is alone stays');
SELECT * FROM finish();
