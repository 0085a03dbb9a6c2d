-- The report of a job as the web role reads it.  The queries are those of the program.
\set QUIET on
\set ON_ERROR_STOP on
\set import_issues `sed -n '/^-- name: import_issues$/,/^-- name:/{/^--/d;p}' sql/queries/import.sql`
\set issues `sed -n '/^-- name: report_issues$/,/^-- name:/{/^--/d;p}' sql/queries/report.sql`
\set causes `sed -n '/^-- name: report_causes$/,/^-- name:/{/^--/d;p}' sql/queries/report.sql`
\set wrong_rows `sed -n '/^-- name: report_wrong_rows$/,/^-- name:/{/^--/d;p}' sql/queries/report.sql`
\set columns `sed -n '/^-- name: report_columns$/,/^-- name:/{/^--/d;p}' sql/queries/report.sql`
\set users `sed -n '/^-- name: report_users$/,/^-- name:/{/^--/d;p}' sql/queries/report.sql`
\set log `sed -n '/^-- name: report_log$/,/^-- name:/{/^--/d;p}' sql/queries/report.sql`
PREPARE issues AS :issues
PREPARE wrong_rows AS :wrong_rows
PREPARE causes AS :causes
PREPARE columns AS :columns
PREPARE users AS :users
PREPARE log AS :log

SELECT plan(16);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

INSERT INTO job (id, tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state,
	started_at, ended_at)
OVERRIDING SYSTEM VALUE
VALUES (801, 1, 7, 'alice', 'import', 'bad.csv', 9, sha256('a'), 'a', 'failed', now(), now()),
	(802, 1, 7, 'alice', 'import', 'good.csv', 9, sha256('b'), 'b', 'done', now(), now()),
	(803, 2, 8, 'bob', 'import', 'other.csv', 9, sha256('c'), 'c', 'failed', now(), now());
INSERT INTO job_issue (job_id, n, tenant_id, level, key, row_number, line, column_name, value, cause)
VALUES (801, 1, 1, 'warning', 'old_name', 0, 1, NULL, NULL, 1),
	(801, 2, 1, 'error', 'missing', 1, 2, 'firstname', NULL, 2),
	(801, 10, 1, 'error', 'unknown.context', 10, 11, 'context', 'nowhere', 10),
	(801, 9, 1, 'error', 'duplicate', 10, 11, 'exten', '1000', 9),
	(801, 3, 1, 'warning', 'group', 2, 3, 'exten', NULL, 3),
	(803, 1, 2, 'error', 'missing', 1, 2, 'firstname', NULL, 1);
INSERT INTO job (id, tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, started_at, ended_at)
OVERRIDING SYSTEM VALUE
VALUES (804, 1, 7, 'alice', 'update', 'causes.csv', 9, sha256('d'), 'd', 'failed', now(), now());
-- The issues of a job as its worker writes them.
CREATE TEMP TABLE position (column_name text, n int);
INSERT INTO position VALUES ('email', 1), ('exten', 2), ('labels', 3);
CREATE TEMP TABLE issue (row_number bigint, line bigint, level text, key text, column_name text, value text,
	params jsonb NOT NULL DEFAULT '{}', n bigint GENERATED ALWAYS AS IDENTITY);
INSERT INTO issue (level, key, row_number, line, column_name, value)
SELECT 'error', 'unknown.label', n, n + 1, 'labels', 'Ventes' FROM generate_series(1, 5) n
UNION ALL SELECT 'error', 'taken', n, n + 1, 'email', 'mail' || n FROM generate_series(1, 3) n
UNION ALL SELECT 'error', 'unknown.label', 7, 8, 'labels', 'Achats'
UNION ALL SELECT 'warning', 'group', n, n + 1, 'exten', NULL FROM generate_series(1, 9) n;
SELECT set_config('rollcall.job', '804', true), set_config('rollcall.tenant', '1', true) \g /dev/null
PREPARE write_issues AS :import_issues
EXECUTE write_issues(100);
INSERT INTO job_issue_row (job_id, row_number, tenant_id, "row")
VALUES (804, 1, 1, '{"firstname": "Ada", "lastname": ""}'), (804, 2, 1, '{"uuid": "00000000-0000-4000-8000-000000005001"}'),
	(804, 3, 1, '{"uuid": "no uuid"}'), (804, 4, 1, '{"uuid": "00000000-0000-4000-8000-000000005009"}');
INSERT INTO users (id, tenant_id, uuid, firstname)
VALUES (5009, 2, '00000000-0000-4000-8000-000000005009', 'Foreign');
INSERT INTO users (id, tenant_id, uuid, firstname, lastname)
VALUES (5001, 1, '00000000-0000-4000-8000-000000005001', 'John', 'Doe'),
	(5002, 1, '00000000-0000-4000-8000-000000005002', 'Jane', NULL);
INSERT INTO line (id, tenant_id, user_id, protocol, context_id, line_template_id, provisioning_code)
SELECT 5001, 1, 5001, 'sccp', context.id, line_template.id, 999999
FROM context, line_template
WHERE context.tenant_id = 1 AND context.name = 'default'
	AND line_template.tenant_id = 1 AND line_template.name = 'default';
INSERT INTO extension (tenant_id, context_id, exten, line_id)
SELECT 1, context_id, '1000', id FROM line WHERE id = 5001;
INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid)
VALUES (802, 1, 1, 5001, '00000000-0000-4000-8000-000000005001'),
	(802, 2, 1, 5002, '00000000-0000-4000-8000-000000005002'),
	(802, 3, 1, 5003, '00000000-0000-4000-8000-000000005003');
-- Before the third row of 802 the spreadsheet has two blank ones.
INSERT INTO job_sheet_row (job_id, row_number, tenant_id, sheet_row) VALUES (802, 3, 1, 6), (803, 1, 2, 9);
INSERT INTO job_log (job_id, n, tenant_id, event)
VALUES (801, 2, 1, 'failed'), (801, 1, 1, 'began'), (803, 1, 2, 'began');

SELECT set_config('rollcall.scope', '{1}', true) \g /dev/null
SET ROLE rollcall_web;

CREATE TEMP TABLE t1 AS EXECUTE issues(801, NULL, NULL, NULL, 0, 100, true);
SELECT results_eq('SELECT key FROM t1', ARRAY['missing', 'duplicate', 'unknown.context', 'old_name', 'group'],
	'errors come first, then warnings, each in the order of the file');
CREATE TEMP TABLE t2 AS EXECUTE issues(801, 'warning', NULL, NULL, 0, 100, true);
SELECT results_eq('SELECT key FROM t2', ARRAY['old_name', 'group'], 'those of one level');
CREATE TEMP TABLE t3 AS EXECUTE issues(801, 'error', 'exten', NULL, 0, 100, true);
SELECT results_eq('SELECT key FROM t3', ARRAY['duplicate'], 'those of one level and column');
CREATE TEMP TABLE t4 AS EXECUTE issues(801, NULL, NULL, NULL, 2, 1, true);
SELECT results_eq('SELECT key FROM t4', ARRAY['unknown.context'], 'one page of them');
CREATE TEMP TABLE c1 AS EXECUTE causes(804, 0, 100);
SELECT results_eq('SELECT key, value, rows, varied FROM c1', $$VALUES ('unknown.label', 'Ventes', 5::bigint, false),
	('taken', 'mail1', 3, true), ('unknown.label', 'Achats', 1, false), ('group', NULL, 9, false)$$,
	'causes: errors first, most rows first; one value, or values that all differ');
CREATE TEMP TABLE c2 AS EXECUTE issues(804, NULL, NULL, 1, 0, 100, true);
SELECT results_eq('SELECT value FROM c2', ARRAY['mail1', 'mail2', 'mail3'], 'the issues of one cause');
CREATE TEMP TABLE c3 AS EXECUTE issues(804, 'error', NULL, 3, 0, 100, true);
SELECT results_eq('SELECT name FROM c3', ARRAY['Ada', 'John Doe', '', '', ''],
	'the name of the row, else that of its user, never of another tenant');
CREATE TEMP TABLE c4 AS EXECUTE issues(804, 'error', NULL, 3, 0, 100, false);
SELECT results_eq('SELECT name FROM c4', ARRAY['Ada', '', '', '', ''], 'without the right only what the file says');
CREATE TEMP TABLE t5 AS EXECUTE wrong_rows(801);
SELECT results_eq('SELECT total FROM t5', ARRAY[2::bigint], 'a row with two errors is one wrong row, warnings are none');
CREATE TEMP TABLE t6 AS EXECUTE columns(801);
SELECT results_eq('SELECT column_name COLLATE "default" FROM t6', ARRAY['context', 'exten', 'firstname'],
	'the columns that have issues');
CREATE TEMP TABLE t7 AS EXECUTE users(802, 0, 100);
SELECT results_eq('SELECT sheet_row, name, exten COLLATE "default", gone FROM t7', $$VALUES
	(2::bigint, 'John Doe', '1000', false), (3, 'Jane', NULL, false), (6, '', NULL, true)$$,
	'the users that were made, by the row of the spreadsheet, and who is gone since');
SELECT is(sheet_row(803, 1), 2::bigint, 'blank rows of another tenant''s file are not seen');
CREATE TEMP TABLE t8 AS EXECUTE log(801, 0, 100);
SELECT results_eq('SELECT event FROM t8', ARRAY['began', 'failed'], 'the log, line by line');

CREATE TEMP TABLE t9 AS EXECUTE issues(803, NULL, NULL, NULL, 0, 100, true);
SELECT is_empty('SELECT FROM t9', 'no issue of another tenant is seen');
CREATE TEMP TABLE t10 AS EXECUTE log(803, 0, 100);
SELECT is_empty('SELECT FROM t10', 'nor a line of its log');
SELECT set_config('rollcall.scope', '{2}', true) \g /dev/null
CREATE TEMP TABLE t11 AS EXECUTE users(802, 0, 100);
SELECT is_empty('SELECT FROM t11', 'nor a user that its job made');

RESET ROLE;
SELECT * FROM finish();
