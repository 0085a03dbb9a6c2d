-- All that an import and an update run is sound SQL, in their order, also on a file without a row.
\set QUIET on
\set ON_ERROR_STOP on
\set import `for folder in resolve check apply; do ls sql/shared/$folder/*.sql sql/import/$folder/*.sql | sed 's|.*/\(.*\)|\1 &|' | sort | cut -d ' ' -f 2 | xargs cat | sed 's/{plan}/plan_of_import/g; s/{table}/stage/g'; done`
\set update `for folder in resolve check apply; do ls sql/shared/$folder/*.sql sql/update/$folder/*.sql | sed 's|.*/\(.*\)|\1 &|' | sort | cut -d ' ' -f 2 | xargs cat | sed 's/{plan}/plan/g; s/{table}/plan/g'; done; cat sql/update/changes.sql`
\set looks `awk '/^-- name: /{it = /: (import|update)_(counts|plan)$/} it' sql/queries/import.sql`
\set ends `awk '/^-- name: /{it = /: update_(planned|changes|digest)$/} it' sql/queries/import.sql | sed "s/[$]1::text\[\]/'{}'::text[]/; s/[$]1::text/'{}'/"`
SELECT plan(2);
\i sql/shared/stage.sql
\i sql/shared/rules.sql
\o /dev/null
SELECT set_config('rollcall.scope', '{1,2}', true), set_config('rollcall.tenant', '1', true),
	set_config('rollcall.job', '1', true), set_config('rollcall.absent_limit', '10', true);
:import
\o
SELECT is((SELECT count(*) FROM issue), 0::bigint, 'an import of no row finds nothing');
\o /dev/null
:update
:looks
:ends
\o
SELECT is((SELECT count(*) FROM issue), 0::bigint, 'nor does an update');
SELECT * FROM finish();
