-- An undo: names and numbers that come back must be free in the end.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(7);
\i sql/shared/stage.sql
\i sql/shared/rules.sql
\o /dev/null
SELECT set_config('rollcall.scope', '{1,2}', true), set_config('rollcall.tenant', '1', true),
	set_config('rollcall.job', '1', true);
INSERT INTO users (tenant_id, id, firstname, email, username) VALUES
	(1, 9001, 'Ann', 'ann@example.org', 'ann-login'), (1, 9002, 'Bob', 'bob@example.org', 'bob-login'),
	(1, 9003, 'Leaver', 'leaver@example.org', 'leaver-login');
INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
SELECT 1, 9001, 9001, 'sip', (SELECT min(id) FROM context WHERE tenant_id = 1),
	(SELECT min(id) FROM line_template WHERE tenant_id = 1), 'annphone', 'secret-of-ann', '900100';
\i sql/undo/resolve/10_rows.sql
\i sql/undo/resolve/40_act.sql
\i sql/undo/resolve/45_voicemail.sql
\i sql/undo/resolve/50_fit.sql
\o

-- Fills `back` with rows (relation, id, user_id, act, cells), and runs the rules.
\set back 'INSERT INTO back (relation, tenant_id, id, item_id, user_id, existed, remained, old, new, act, cells) SELECT relation, 1, id, 0, user_id, true, false, \'\', \'\', act, cells::hstore FROM'
\set rules `cat sql/undo/check/20_number_taken.sql sql/undo/check/21_name_taken.sql`

:back (VALUES
	('users', 9100, 9100, 'insert', 'email=>ANN@example.org, username=>free-login'),
	('users', 9101, 9101, 'update', 'username=>bob-login'),
	('line', 9102, 9102, 'insert', 'sip_username=>annphone, context_id=>1')) AS row (relation, id, user_id, act, cells);
:rules
SELECT results_eq('SELECT key, column_name, value FROM issue ORDER BY column_name', $$VALUES
	('taken.user', 'email', 'ANN@example.org'), ('taken.sip', 'sip_username', 'annphone'),
	('taken.user', 'username', 'bob-login')$$, 'a name that somebody else has is an error');

TRUNCATE back, issue;
:back (VALUES
	('users', 9001, 9001, 'update', 'email=>bob@example.org'),
	('users', 9002, 9002, 'update', 'email=>ann@example.org'),
	('users', 9003, 9003, 'delete', ''),
	('users', 9100, 9100, 'insert', 'email=>leaver@example.org, username=>leaver-login')) AS row (relation, id, user_id, act, cells);
:rules
SELECT is_empty('SELECT * FROM issue', 'names that two users exchange, or that a deleted user leaves, are free');

TRUNCATE back, issue;
:back (VALUES
	('users', 9001, 9001, 'update', 'email=>ann@example.org, username=>ann-login'),
	('line', 9001, 9001, 'update', 'sip_username=>annphone')) AS row (relation, id, user_id, act, cells);
:rules
SELECT is_empty('SELECT * FROM issue', 'the own name is free');

TRUNCATE back, issue;
:back (VALUES
	('extension', 9200, 9100, 'insert', 'exten=>1777, context_id=>1'),
	('extension', 9201, 9101, 'insert', 'exten=>1777, context_id=>1')) AS row (relation, id, user_id, act, cells);
:rules
SELECT results_eq('SELECT DISTINCT key, column_name, value FROM issue', $$VALUES ('taken.extension', 'exten', '1777')$$,
	'a number that two rows bring back is an error');

-- Many numbers: each is looked up, and no table is read once for each of them.
TRUNCATE back, issue;
INSERT INTO extension (tenant_id, id, context_id, exten)
SELECT 1, 100000 + i, (SELECT min(id) FROM context WHERE tenant_id = 1), (5000000 + i)::text FROM generate_series(0, 1999) i;
INSERT INTO back (relation, tenant_id, id, item_id, existed, remained, old, new, now, cells)
SELECT 'extension', tenant_id, id, 0, true, true, '', '', hstore(x), hstore('exten', (5000000 + (id - 99999) % 2000)::text)
FROM extension x WHERE id BETWEEN 100000 AND 101999;
ANALYZE back;
UPDATE back SET act = 'update';
INSERT INTO leaving SELECT relation, id FROM back;
CREATE TEMP TABLE read_before AS SELECT pg_stat_get_xact_tuples_returned('extension'::regclass) + pg_stat_get_xact_tuples_fetched('extension'::regclass) AS n;
:rules
SELECT is_empty('SELECT * FROM issue', 'numbers that change places are free');
SELECT cmp_ok(pg_stat_get_xact_tuples_returned('extension'::regclass) + pg_stat_get_xact_tuples_fetched('extension'::regclass)
	- (SELECT n FROM read_before), '<', 20000::bigint, 'of 2,000 numbers some thousand rows are read, and not the square');

TRUNCATE back, issue, leaving;
INSERT INTO extension (tenant_id, id, context_id, exten, line_id) VALUES (1, 102000, (SELECT min(id) FROM context WHERE tenant_id = 1), '5002000', 9001);
INSERT INTO back (relation, tenant_id, id, item_id, existed, remained, old, new, now, act, cells)
SELECT 'extension', tenant_id, id, 0, true, true, '', '', hstore(x), 'update', 'exten=>5002000' FROM extension x WHERE id = 100000;
:rules
SELECT results_eq('SELECT key, value, params ->> ''holder'' FROM issue', $$VALUES ('taken.extension', '5002000', 'Ann')$$,
	'who has the number is told');
SELECT * FROM finish();
