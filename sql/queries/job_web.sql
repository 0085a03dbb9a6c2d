-- The queue for web and command line: storing uploads, waiting, reading jobs.
-- Row level security shows the jobs of the scope only.

-- name: job_id_next
SELECT nextval('job_id_seq') AS id;

-- name: job_nonce_find
SELECT id, encode(sha256, 'hex') AS sha256 FROM job WHERE admin_id = $1::bigint AND nonce = $2;

-- How many jobs of an account ($1) and its tenant ($2) wait or run, how much they have sent in 24 hours,
-- and how much the stored files of the tenant's jobs take.
-- name: job_usage
SELECT count(*) FILTER (WHERE waits AND admin_id = $1::bigint) AS waiting_account,
	count(*) FILTER (WHERE waits) AS waiting_tenant,
	(coalesce(sum(bytes) FILTER (WHERE recent AND admin_id = $1::bigint), 0) / 1048576)::bigint AS mb_account,
	(coalesce(sum(bytes) FILTER (WHERE recent), 0) / 1048576)::bigint AS mb_tenant,
	(SELECT (coalesce(sum(bytes), 0) / 1048576)::bigint FROM job
		WHERE coalesce(tenant_id, 0) = $2::int AND (ended_at IS NULL OR kept_as_sent OR EXISTS (
			SELECT FROM job_chunk c WHERE c.job_id = job.id AND c.kind = 'masked' AND c.seq = 0))) AS mb_stored
FROM (
	SELECT admin_id, bytes, state IN ('queued', 'running') AS waits,
		created_at > now() - interval '1 day' AS recent
	FROM job
	WHERE coalesce(tenant_id, 0) = $2::int
		AND (state IN ('queued', 'running') OR created_at > now() - interval '1 day')
) mine;

-- name: job_chunk_add
INSERT INTO job_chunk (job_id, kind, seq, tenant_id, data)
VALUES ($1::int, 'upload', $2::int, nullif($3::int, 0), $4::bytea);

-- Waits for another upload with the same nonce that is just being stored.
-- name: job_add
INSERT INTO job (id, tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, raw, dry_run,
	options, secrets, deletes)
OVERRIDING SYSTEM VALUE
VALUES ($1::int, nullif($2::int, 0), $3::bigint, $4, $5, $6, $7::bigint, $8::bytea, $9, $10::boolean, $11::boolean,
	$12::jsonb, $13::boolean, $14::boolean)
ON CONFLICT (admin_id, nonce) DO NOTHING
RETURNING id;

-- Whether a job was sent with the same options and scope.
-- name: job_is_as
SELECT kind = $2 AND raw = $3::boolean AND dry_run = $4::boolean AND options = $5::jsonb AS same
FROM job WHERE id = $1::int;

-- name: job_tell
SELECT pg_notify('rollcall_job', $1);

-- name: job_listen
LISTEN rollcall_ended;

-- name: job_unlisten
UNLISTEN rollcall_ended;

-- Takes a slot for a request that waits on this machine ($2): lock class 5 of db.sql.  The rows are
-- produced one by one, so that LIMIT ends the search with the first free slot.
-- name: job_wait_take
SELECT slot FROM generate_series(1, $1::int) n, LATERAL (SELECT (hashtext($2) & 2097151) * 1024 + n AS slot) place
WHERE pg_try_advisory_lock(5, slot) LIMIT 1;

-- name: job_wait_leave
SELECT pg_advisory_unlock(5, $1::int);

-- name: job_ended
SELECT state NOT IN ('queued', 'running') AS ended FROM job WHERE id = $1::int;

-- The server's list of connections tells whether there are workers: row level security hides
-- the jobs of other tenants, but not their workers.
-- name: job_find
SELECT *,
	(SELECT undoes FROM job j WHERE j.id = job_summary.id) AS undoes,
	(SELECT j.kind FROM job u JOIN job j ON j.id = u.undoes WHERE u.id = job_summary.id) AS undoes_kind,
	(SELECT j.counts FROM job u JOIN job j ON j.id = u.undoes WHERE u.id = job_summary.id) AS undoes_counts,
	(SELECT max(id) FROM job u WHERE u.undoes = job_summary.id AND u.state = 'done') AS undone_by,
	(SELECT count(*) FROM job earlier WHERE job_summary.state = 'queued' AND (earlier.state = 'running'
		OR (earlier.state = 'queued' AND earlier.turn < job_summary.turn))) AS ahead,
	(state = 'queued' AND queued_at < clock_timestamp() - interval '5 s'
		AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'rollcall_worker'
			AND datname = current_database())) AS unattended
FROM job_summary
WHERE id = $1::int;

-- name: job_list
SELECT * FROM job_summary ORDER BY id DESC OFFSET $1::bigint LIMIT $2::bigint;

-- name: job_count
SELECT count(*) AS total FROM job;

-- Stores that somebody asks to cancel a job; the trigger job_asked decides what becomes of it.
-- If the job's end is being committed, this waits for it and then finds no row.  For a job
-- that no worker has, this also writes the line in its log.
-- name: job_cancel
WITH asked AS (
	UPDATE job SET cancelled_by = $2
	WHERE id = $1::int AND state IN ('queued', 'running') AND cancelled_by IS NULL
	RETURNING id, tenant_id, state
), told AS (
	INSERT INTO job_log (job_id, n, tenant_id, event)
	SELECT id, coalesce((SELECT max(n) FROM job_log WHERE job_id = asked.id), 0) + 1, tenant_id,
		format('end: cancelled by %s while it waited, nothing was applied', $2)
	FROM asked WHERE state = 'cancelled'
)
SELECT id, pg_notify(CASE state WHEN 'running' THEN 'rollcall_cancel' ELSE 'rollcall_ended' END, id::text)
FROM asked;

-- $3: the digest of the plan to apply, null for any.
-- name: job_apply
UPDATE job SET applied_by = $2
WHERE id = $1::int AND state = 'checked' AND kept_as_sent AND ($3::text IS NULL OR plan_digest = $3)
RETURNING id, pg_notify('rollcall_job', id::text);

-- Makes a job that undoes another one: $1 that job, $2 and $3 who, $4 whether it is only checked, $5 its
-- options, $6 whether it may bring secrets back.
-- name: job_undo
INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, dry_run, options, secrets, undoes)
SELECT tenant_id, $2::bigint, $3, 'undo', file_name, 0, sha256(''), 'undo:' || gen_random_uuid(), $4::boolean,
	$5::jsonb, $6::boolean, id
FROM job
WHERE id = $1::int AND state = 'done'
RETURNING id, pg_notify('rollcall_job', id::text);

-- How many jobs of the scope wait or run.  With $2 also the latest job of the administrator that has ended
-- and was neither announced nor looked at, and how many these are; they count as announced then.
-- name: job_news
WITH told AS (
	DELETE FROM job_notice WHERE admin_id = $1::bigint AND $2::boolean RETURNING job_id
)
SELECT (SELECT count(*) FROM job WHERE state IN ('queued', 'running')) AS under_way,
	(SELECT count(*) FROM told) AS ended, latest.id, latest.file_name, latest.state
FROM (SELECT) one
LEFT JOIN job latest ON latest.id = (SELECT max(job_id) FROM told);

-- Nobody waits for the disk: a notice that comes back with the server is seen once more.
-- name: job_notice_seen
DELETE FROM job_notice WHERE admin_id = $1::bigint AND job_id = $2::int
RETURNING set_config('synchronous_commit', 'off', true);
