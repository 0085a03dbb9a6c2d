-- The queries of `rollcall doctor`, run as each role.

-- name: doctor_server
SELECT current_setting('server_version_num')::int AS version,
	current_setting('server_version') AS version_text,
	pg_encoding_to_char(encoding) AS encoding, datcollate AS locale,
	current_setting('log_error_verbosity') AS verbosity,
	current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS places,
	(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken,
	current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
	current_setting('synchronous_standby_names') AS standbys,
	(SELECT count(*) FROM pg_stat_get_wal_senders()) AS receivers
FROM pg_database WHERE datname = current_database();

-- The tables that a role must be able to read but cannot: the right was revoked, or lost by a restore.
-- name: doctor_rights
SELECT string_agg(name, ', ' ORDER BY name) AS missing
FROM unnest(ARRAY['tenant', 'users', 'line', 'extension', 'incall', 'voicemail', 'job', 'migration']) name
WHERE to_regclass(name) IS NULL OR NOT has_table_privilege(to_regclass(name), 'SELECT');

-- name: doctor_owner
SELECT rolcreaterole AS createrole FROM pg_roles WHERE rolname = current_user;

-- Tables of tenants' data whose row level security somebody switched off.
-- name: doctor_open_tables
SELECT string_agg(relname, ', ' ORDER BY relname) AS tables
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND NOT relforcerowsecurity;

-- name: doctor_admins
SELECT count(*) AS n FROM admin WHERE NOT disabled;
