-- The record of the migrations.  They take lock class 6 of db.sql.

-- name: migration_lock
SELECT pg_advisory_lock(6, 0);

-- name: migration_table
CREATE TABLE IF NOT EXISTS migration (
	version int PRIMARY KEY,
	name text NOT NULL,
	sha256 text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
);

-- The oldest program (by the number of its last migration) that still works.
-- name: migration_column
ALTER TABLE migration ADD COLUMN IF NOT EXISTS since int;

-- name: migration_there
SELECT to_regclass('migration') IS NOT NULL AS there;

-- Whether somebody holds the lock above.
-- name: migration_at_work
SELECT EXISTS (SELECT FROM pg_locks
	WHERE locktype = 'advisory' AND classid = 6 AND objid = 0 AND objsubid = 2 AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS at_work;

-- Jobs hold the lock of all tenants (shared) while they judge and apply.  A statement waits for a lock no
-- longer than this, so that sessions that queue behind it, such as a job's progress, continue soon.
-- name: migration_patience
SET lock_timeout = '2s';

-- name: migration_lock_all
SELECT pg_advisory_lock(1, 0);

-- name: migration_jobs
SELECT count(*) AS n FROM pg_locks
WHERE locktype = 'advisory' AND classid = 1 AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
	AND database = (SELECT oid FROM pg_database WHERE datname = current_database());

-- A database of a release before `since` has no such column.
-- name: migration_list
SELECT version, name, sha256, (to_jsonb(migration) ->> 'since')::int AS since FROM migration ORDER BY version;

-- name: migration_add
INSERT INTO migration (version, name, sha256, since) VALUES ($1::int, $2, $3, nullif($4::int, 0));

-- name: migration_grant
GRANT SELECT ON migration TO rollcall_web, rollcall_worker;
