-- The record of the migrations.  The lock's class is LOCK_MIGRATE of db/lock.h.

-- name: migration_lock
SELECT pg_advisory_lock(6, 0);

-- name: migration_table
CREATE TABLE IF NOT EXISTS migration (
	version int PRIMARY KEY,
	name text NOT NULL,
	sha256 text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
);

-- name: migration_list
SELECT version, name, sha256 FROM migration ORDER BY version;

-- name: migration_add
INSERT INTO migration (version, name, sha256) VALUES ($1::int, $2, $3);

-- name: migration_grant
GRANT SELECT ON migration TO rollcall_web, rollcall_worker;
