-- The database has a place for every column of csv/fields.def, and what it gives out has
-- every column: a row of a file, a user's page, the object of the API and what openapi.json
-- says of it.
\set QUIET on
\set ON_ERROR_STOP on
\set fields `perl -Icgi/csv -MFields -MJSON::PP -e 'print encode_json([fields()])'`
\set page `sed -n '/^-- name: users_one$/,/^$/{/^--/d;s/;$//;p}' sql/queries/users.sql | sed 's/\$1/NULL/; s/\$2/true/'`
\set openapi `cat static/openapi.json`
SELECT plan(13);

\i sql/shared/stage.sql
\i sql/shared/rules.sql

CREATE TEMP TABLE field AS
	SELECT * FROM json_to_recordset(:'fields') AS f (name text, "table" text, kept text, sql text,
		"default" text, type text, required text);
SELECT cmp_ok(count(*), '>=', 46::bigint, 'the columns of a file are looked at') FROM field;

-- A name of something that exists is kept as its id; lists are kept an item a row.
CREATE TEMP VIEW known AS
	SELECT f.*, replace(split_part(f.sql, ' ', 1), '[]', '') AS type_of_value,
		format_type(a.atttypid, NULL) AS kept_type, pg_get_expr(d.adbin, d.adrelid) AS kept_default
	FROM field f
	LEFT JOIN pg_attribute a ON a.attrelid = to_regclass('public.' || f."table") AND a.attname = f.kept
		AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum;

SELECT is_empty($$SELECT name, "table", kept FROM known WHERE kept_type IS NULL$$,
	'each has a column of a table that it is kept in');
SELECT is_empty($$SELECT name, sql, kept_type FROM known WHERE kept_type <> CASE
		WHEN type LIKE 'NAME%' THEN 'bigint' WHEN type = 'CODE' THEN 'integer'
		WHEN type_of_value = 'int' THEN 'integer' ELSE type_of_value END$$,
	'of the same type');
SELECT is_empty($$SELECT name, "default", kept_default FROM known
	WHERE type NOT LIKE 'NAME%' AND "table" IN ('users', 'voicemail', 'line') AND required <> 'UPDATE'
		AND kept_default IS DISTINCT FROM "default"$$,
	'and with the same default');
SELECT is_empty($$SELECT name FROM known
	WHERE NOT has_column_privilege('rollcall_worker', "table", kept, 'INSERT')$$, 'which the worker may write');
SELECT is_empty($$SELECT name FROM known
	WHERE NOT has_column_privilege('rollcall_web', "table", kept, 'SELECT')$$, 'and the web may read');

-- What is read from a file goes through the staging table.
SELECT is_empty($$SELECT name FROM field WHERE required <> 'NEVER' AND NOT EXISTS (SELECT FROM pg_attribute
	WHERE attrelid = 'stage'::regclass AND attname = name)$$, 'the staging table has each that is read');

-- What is given out.
SELECT set_config('rollcall.scope', '{1,2}', true) \g /dev/null
SELECT is_empty($$SELECT name FROM field WHERE NOT EXISTS (SELECT FROM pg_attribute
	WHERE attrelid = 'user_row'::regclass AND attname = name)$$, 'a row of a file has each');
CREATE TEMP VIEW page AS :page;
SELECT is_empty($$SELECT name FROM field WHERE NOT EXISTS (SELECT FROM pg_attribute
	WHERE attrelid = 'page'::regclass AND attname = name)$$, 'the page of a user has each');

-- A user with a line, a number, an incoming call and a voicemail, as the API shows it.
INSERT INTO voicemail (tenant_id, id, context_id, number, name)
	SELECT 1, 9001, min(id), '1', 'v' FROM context WHERE tenant_id = 1;
INSERT INTO users (tenant_id, id, firstname, voicemail_id) VALUES (1, 9001, 'Drift', 9001);
INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret,
		provisioning_code)
	SELECT 1, 9001, 9001, 'sip', (SELECT min(id) FROM context WHERE tenant_id = 1),
		(SELECT min(id) FROM line_template WHERE tenant_id = 1), 'drift', 's', 900001;
INSERT INTO extension (tenant_id, context_id, exten, line_id)
	SELECT 1, min(id), '1', 9001 FROM context WHERE tenant_id = 1;
INSERT INTO incall (tenant_id, context_id, exten, user_id)
	SELECT 1, min(id), '1', 9001 FROM context WHERE tenant_id = 1;
CREATE TEMP TABLE shown AS SELECT user_object(u, true)::jsonb AS o FROM users u WHERE id = 9001;
CREATE TEMP TABLE said AS
	SELECT :'openapi'::jsonb -> 'components' -> 'schemas' -> 'User' -> 'properties' AS o;

-- Where each column is in them: by the table that it is kept in, under its name there.
CREATE TEMP VIEW place AS
	SELECT name, CASE "table" WHEN 'users' THEN '{}' WHEN 'line' THEN '{lines,0}'
			WHEN 'extension' THEN '{extensions,0}' WHEN 'incall' THEN '{incalls,0}'
			WHEN 'voicemail' THEN '{voicemail}' ELSE '{}' END::text[] AS shown,
		CASE "table" WHEN 'users' THEN '{}' WHEN 'line' THEN '{lines,items,properties}'
			WHEN 'extension' THEN '{extensions,items,properties}' WHEN 'incall' THEN '{incalls,items,properties}'
			WHEN 'voicemail' THEN '{voicemail,oneOf,1,properties}' ELSE '{}' END::text[] AS said,
		CASE WHEN "table" = 'users' OR "table" LIKE 'user\_%' THEN name
			WHEN kept LIKE '%\_id' THEN regexp_replace(name, '^(voicemail|incall)_', '')
			ELSE kept END AS property
	FROM field;
SELECT is_empty($$SELECT name FROM place, shown WHERE NOT (o #> shown) ? property$$, 'the API shows each');
SELECT is_empty($$SELECT name FROM place, said WHERE NOT (o #> said) ? property$$, 'openapi.json says so');
SELECT is_empty($$SELECT key FROM shown, jsonb_object_keys(shown.o) key, said WHERE NOT said.o ? key$$,
	'and of nothing that is shown it is silent');
SELECT is_empty($$SELECT key FROM said, jsonb_object_keys(said.o) key, shown WHERE NOT shown.o ? key$$,
	'nor does it say more');

SELECT * FROM finish();
