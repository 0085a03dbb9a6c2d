-- What a job changes is kept by triggers, whoever writes: rows, masked, and apart their
-- secrets.
SELECT plan(13);

SELECT set_config('rollcall.scope', '{1}', true), set_config('rollcall.kind', 'update', true) \g /dev/null

-- What is kept of a job, one text a row.
CREATE FUNCTION pg_temp.kept(job int) RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT concat_ws(' ', how, relation, (old - '{id,uuid,tenant_id}'::text[])::json, (new - '{id,uuid,tenant_id}'::text[])::json)
	FROM job_row_change WHERE job_id = job ORDER BY n
$$;

INSERT INTO voicemail (tenant_id, id, context_id, number, name, password)
	SELECT 1, 9001, id, '1900', 'v', '1234' FROM context WHERE tenant_id = 1 AND name = 'default';
INSERT INTO users (tenant_id, id, firstname, email, username, password_hash, voicemail_id)
	VALUES (1, 9001, 'Ann', 'Ann@acme.test', 'ann', '$6$x', 9001);
INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret,
		provisioning_code)
	SELECT 1, 9001, 9001, 'sip', c.id, t.id, 'annsip', 'annsecret', 999999
	FROM context c, line_template t
	WHERE c.tenant_id = 1 AND c.name = 'default' AND t.tenant_id = 1 AND t.name = 'default';
INSERT INTO extension (tenant_id, id, context_id, exten, line_id)
	SELECT 1, 9001, id, '1001', 9001 FROM context WHERE tenant_id = 1 AND name = 'default';
SELECT is_empty('SELECT FROM job_row_change', 'nothing is kept outside of a job');

SELECT set_config('rollcall.job', '901', true) \g /dev/null
UPDATE users SET firstname = 'Anna', email = 'anna@acme.test', password_hash = NULL WHERE id = 9001;
UPDATE users SET firstname = 'Anna' WHERE id = 9001;
SELECT results_eq('SELECT pg_temp.kept(901)', ARRAY[
	'update users {"email": "Ann@acme.test", "firstname": "Ann", "password_hash": "********"} '
	'{"email": "anna@acme.test", "firstname": "Anna", "password_hash": null}'],
	'of an update the columns that changed, secrets masked; of one that changes nothing, nothing');
SELECT results_eq('SELECT old::text, new::text FROM job_row_secret WHERE job_id = 901',
	$$VALUES ('"password_hash"=>"$6$x"', '"password_hash"=>NULL')$$, 'the secrets are kept apart');
SELECT is(user_id, 9001::bigint, 'whose row it is') FROM job_row_change WHERE job_id = 901;

SELECT set_config('rollcall.job', '902', true) \g /dev/null
UPDATE line SET sip_secret = 'other' WHERE id = 9001;
SELECT results_eq('SELECT pg_temp.kept(902)',
	ARRAY['update line {"sip_secret": "********"} {"sip_secret": "********"}'],
	'what follows from other columns (account) is no change');

SELECT set_config('rollcall.job', '903', true) \g /dev/null
DELETE FROM users WHERE id = 9001;
SELECT results_eq('SELECT relation, user_id, name FROM job_row_change WHERE job_id = 903 ORDER BY n',
	$$VALUES ('users', 9001::bigint, NULL), ('line', 9001, NULL), ('extension', 9001, '1001')$$,
	'of a deletion what goes along, and whose it was');
SELECT is(old -> 'firstname', 'Anna', 'the whole row') FROM job_row_change
WHERE job_id = 903 AND relation = 'users';
SELECT is(s.old -> 'sip_secret', 'other', 'with its secrets') FROM job_row_change c
JOIN job_row_secret s USING (job_id, n) WHERE job_id = 903 AND relation = 'line';

SELECT set_config('rollcall.job', '904', true), set_config('rollcall.kind', 'import', true) \g /dev/null
INSERT INTO users (tenant_id, id, firstname) VALUES (1, 9002, 'Ben'), (1, 9003, 'Cid');
SELECT results_eq('SELECT relation, ids FROM job_made WHERE job_id = 904',
	$$VALUES ('users', '{9002,9003}'::bigint[])$$, 'of what an import makes the ids');
SELECT is_empty('SELECT pg_temp.kept(904)', 'alone');

SELECT set_config('rollcall.job', '905', true), set_config('rollcall.rehearsal', 'on', true) \g /dev/null
DELETE FROM users WHERE id = 9002;
SELECT is_empty('SELECT pg_temp.kept(905)', 'of a check nothing');

SET LOCAL ROLE rollcall_web;
SELECT throws_ok('SELECT FROM job_row_secret', '42501', NULL, 'the web reads no kept secret');
SELECT set_config('rollcall.scope', '{2}', true) \g /dev/null
SELECT is_empty('SELECT FROM job_row_change', 'and no change of another tenant');
RESET ROLE;
SELECT * FROM finish();
