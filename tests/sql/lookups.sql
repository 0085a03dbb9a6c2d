-- What the rows of a file name is found in stored tables in two ways: where the file is short beside them each is
-- looked up, else they are read once.  Names that are one user's alone are asked for part by part.
\set QUIET on
\set ON_ERROR_STOP on
\set find_sets `cat sql/import/resolve/50_name_set.sql`
\set find `cat sql/import/resolve/55_extension.sql`
\set find_voicemails `cat sql/import/resolve/55_voicemail.sql`
\set find_incalls `cat sql/import/resolve/56_incall.sql`
\set other_spelling `awk 'BEGIN { RS = ";\n" } NR == 2' sql/shared/check/45_incall_taken.sql | sed 's/{plan}/plan_of_import/g; s/{table}/stage/g'`
\set taken `sed 's/{plan}/plan_of_import/g; s/{table}/stage/g' sql/shared/check/70_email_taken.sql`
SELECT plan(12);
\i sql/shared/stage.sql
\i sql/shared/rules.sql
\o /dev/null
SELECT set_config('rollcall.scope', '{1}', true), set_config('rollcall.tenant', '1', true);
\o

\i tests/lib/rows_read.sql
-- How many stored rows the scans of whole tables read.
CREATE FUNCTION pg_temp.whole_rows(statement text) RETURNS bigint
LANGUAGE sql AS $$ SELECT pg_temp.rows_read(statement, '{extension,incall,voicemail,line,users}', 'Seq Scan') $$;

CREATE FUNCTION pg_temp.fill(n int) RETURNS void
LANGUAGE sql AS $$
	DELETE FROM issue;
	TRUNCATE stage, name_set, plan_incall;
	INSERT INTO stage (row_number, line, name_set, first_of_set, new_user_id, wrong, kept, drawn, drawn_secret, plain_password, exten, context,
		incall_exten, incall_context, voicemail_name, voicemail_number, voicemail_context, email)
	SELECT i, i, 1, i = 1, 0, '{}', '{}', true, true, false, (1000000 + i * 5)::text, 'default',
		ARRAY['+' || 1000000 + i * 5], ARRAY['from-extern'], 'v', (1000000 + i * 5)::text, 'default', 'User' || i * 5 || '@example.org'
	FROM generate_series(1, n) i
$$;

INSERT INTO users (tenant_id, firstname, email) SELECT 1, 'u', 'user' || i || '@example.org' FROM generate_series(1, 20000) i;
INSERT INTO extension (tenant_id, context_id, exten)
	SELECT 1, (SELECT id FROM context WHERE tenant_id = 1 AND name = 'default'), (1000000 + i)::text FROM generate_series(1, 20000) i;
INSERT INTO incall (tenant_id, context_id, exten, user_id)
	SELECT 1, (SELECT id FROM context WHERE tenant_id = 1 AND name = 'from-extern'), (1000000 + row_number() OVER ())::text, id
	FROM users WHERE tenant_id = 1 AND firstname = 'u';
INSERT INTO voicemail (tenant_id, context_id, number, name)
	SELECT 1, (SELECT id FROM context WHERE tenant_id = 1 AND name = 'default'), (1000000 + i)::text, 'v' FROM generate_series(1, 20000) i;
ANALYZE users, extension, incall, voicemail;

-- A hundred rows beside 20,000 stored ones.
SELECT pg_temp.fill(100) \g /dev/null
:find_sets;
SELECT is(pg_temp.whole_rows(:'find') + pg_temp.whole_rows(:'find_voicemails'), 0::bigint, 'numbers and voicemails of a few rows are looked up');
SELECT is((SELECT count(extension_id) || ' ' || count(voicemail_id) FROM stage), '100 100', 'and found');
SELECT is(pg_temp.whole_rows(:'find_incalls'), 0::bigint, 'so are incoming numbers');
SELECT is((SELECT count(incall_id) FROM plan_incall), 0::bigint, 'which are there with another spelling only');
SELECT is(pg_temp.whole_rows(:'other_spelling'), 0::bigint, 'and that spelling');
SELECT is((SELECT count(*) FROM issue WHERE key = 'taken.incall'), 100::bigint, 'which others have');

-- All of them, and others.  Other tests can have left room in the tables, which counts.
SELECT pg_temp.fill(4000 + (SELECT max(pg_relation_size(name)) / 300 FROM unnest('{extension,voicemail,incall}'::regclass[]) name)::int) \g /dev/null
:find_sets;
-- How the planner reads them then is its own choice.
SELECT ok(pg_temp.read_whole('extension') AND pg_temp.read_whole('voicemail') AND pg_temp.read_whole('incall'), 'for many rows all are read');
SELECT pg_temp.whole_rows(:'find'), pg_temp.whole_rows(:'find_voicemails'), pg_temp.whole_rows(:'find_incalls') \g /dev/null
SELECT is((SELECT count(extension_id) || ' ' || count(voicemail_id) FROM stage), '4000 4000', 'and found');
SELECT pg_temp.whole_rows(:'other_spelling') \g /dev/null
SELECT is((SELECT count(*) FROM issue WHERE key = 'taken.incall'), 4000::bigint, 'which others have');

-- Each part is asked for; a row of 8 KB fills a page of the table.
TRUNCATE stage;
DELETE FROM issue;
ALTER TABLE stage ALTER voicemail_name SET STORAGE PLAIN;
INSERT INTO stage (row_number, line, new_user_id, wrong, kept, drawn, drawn_secret, plain_password, voicemail_name, email)
	SELECT i, i, 0, '{}', '{}', true, true, false, repeat('x', 7000), CASE WHEN i IN (1, 1000, 1001, 2500) THEN 'USER' || i || '@example.org' END
	FROM generate_series(1, 2500) i;
SELECT is((SELECT count(*) FROM pg_temp.parts_of('stage')), 3::bigint, 'rows in parts');
:taken;
SELECT is((SELECT array_agg(row_number ORDER BY row_number) FROM issue WHERE key = 'taken.user'), '{1,1000,1001,2500}'::bigint[],
	'an address of each part is found as taken');
TRUNCATE stage;
SELECT is((SELECT count(*) FROM pg_temp.parts_of('stage')), 0::bigint, 'a table without rows has no part');
SELECT * FROM finish();
