-- The queries of every connection.
--
-- The classes of advisory locks, by the first argument of pg_advisory_*lock(int, int).  They are taken in
-- the order of these numbers, so that no two sessions wait for each other.
--   1, 0       shared by each job of a tenant and by deleting users; exclusive for jobs over all
--              tenants and setup
--   2, tenant  exclusive, by every writer in the tenant
--   3, job     by the worker that runs the job: if it is free and the job is running, the worker
--              has died
--   4, 0       while a worker chooses a job
--   5, slot    by a page that waits for its job; each machine has its own slots
--   6, 0       by the migrations

-- name: session_settings
-- A role can change its own settings (ALTER ROLE ... SET) for all its later sessions.  They are reset
-- here, so that an attacker who controls a web process cannot disturb the others by it.  Queries of
-- pages are not compiled (JIT): that would take longer than any of them.
SELECT pg_backend_pid() AS pid, count(set_config(name, boot_val, false)), set_config('jit', 'off', false) FROM pg_settings
WHERE source IN ('user', 'database user') AND context = 'user';

-- name: transaction_begin
BEGIN;

-- name: transaction_begin_snapshot
BEGIN ISOLATION LEVEL REPEATABLE READ;

-- name: transaction_commit
COMMIT;

-- name: scope_set
SELECT set_config('rollcall.scope', $1, true), set_config('rollcall.root', $2, true);

-- name: commit_durably
SELECT set_config('synchronous_commit',
	CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true);

-- name: session_backend
SELECT pg_backend_pid() AS pid;

-- The current position of the primary's log.
-- name: reader_position
SELECT pg_current_wal_flush_lsn() AS position;

-- Whether this server has reached the position.  Only a replica can: a server that is not one may be a
-- primary that was cut off, and does not know that there is a new one.
-- name: reader_has
SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::pg_lsn AS has;
