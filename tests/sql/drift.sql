-- The tables have a place for every column of a file.  The columns are those of
-- the staging table, which tests/unit/test_drift.c compares with csv/fields.def.
SELECT plan(5);

\i sql/shared/stage.sql

-- What the program adds to a row is no column of a file.
CREATE TEMP VIEW file_column AS
	SELECT attname::text AS name, format_type(atttypid, NULL) AS type
	FROM pg_attribute
	WHERE attrelid = 'stage'::regclass AND attnum > 0 AND NOT attisdropped
		AND attname !~ '^(row_number|line|wrong|kept|plain_password|drawn|drawn_.*|new_.*)$';

-- Where a column is kept: a column of users of the same name, unless said here.
-- A name of something that exists is kept as its id.
CREATE TEMP TABLE elsewhere (name text, relation text, kept_as text);
INSERT INTO elsewhere VALUES
	('entity_id', 'users', 'tenant_id'), ('password', 'users', 'password_hash'),
	('cti_profile_name', 'users', 'cti_profile_id'),
	('labels', 'user_label', 'label_id'), ('call_permissions', 'user_call_permission', 'call_permission_id'),
	('line_protocol', 'line', 'protocol'), ('exten', 'extension', 'exten'), ('context', 'line', 'context_id'),
	('line_site', 'line', 'line_template_id'), ('sip_username', 'line', 'sip_username'),
	('sip_secret', 'line', 'sip_secret'), ('provisioning_code', 'line', 'provisioning_code'),
	('incall_exten', 'incall', 'exten'), ('incall_context', 'incall', 'context_id'),
	('incall_ring_seconds', 'incall', 'ring_seconds'), ('voicemail_context', 'voicemail', 'context_id');

CREATE TEMP VIEW place AS
	SELECT f.name, f.type, e.relation, e.kept_as
	FROM file_column f JOIN elsewhere e USING (name)
	UNION ALL
	SELECT name, type, CASE WHEN name LIKE 'voicemail%' THEN 'voicemail' ELSE 'users' END,
		regexp_replace(name, '^voicemail_', '')
	FROM file_column WHERE name NOT IN (SELECT name FROM elsewhere);

SELECT cmp_ok(count(*), '>=', 44::bigint, 'the columns of a file are looked at') FROM file_column;

CREATE TEMP VIEW known AS
	SELECT p.*, format_type(a.atttypid, NULL) AS kept_type
	FROM place p
	LEFT JOIN pg_attribute a ON a.attrelid = to_regclass('public.' || p.relation) AND a.attname = p.kept_as
		AND a.attnum > 0 AND NOT a.attisdropped;

SELECT is_empty('SELECT name, relation, kept_as FROM known WHERE kept_type IS NULL',
	'each has a column of a table that it is kept in');
SELECT is_empty($$SELECT name, type, kept_type FROM known
	WHERE kept_as !~ '_id$' AND kept_type <> regexp_replace(type, '\[\]$', '')$$,
	'of the same type');
SELECT is_empty($$SELECT name FROM known WHERE NOT has_column_privilege('rollcall_worker', relation, kept_as, 'INSERT')$$,
	'which the worker may write');
SELECT is_empty($$SELECT name FROM known WHERE NOT has_column_privilege('rollcall_web', relation, kept_as, 'SELECT')$$,
	'and the web may read');

SELECT * FROM finish();
