-- The worker's side of the queue.  Its role sees the jobs of all tenants; it
-- sets the scope of a job before it touches anything else.

-- For the watch connection: it never waits long for a lock, because its owner may be a migration that in turn
-- waits for the job's transaction.
-- name: worker_patience
SET lock_timeout = '2s';

-- name: worker_listen
LISTEN rollcall_job;

-- name: worker_listen_cancel
LISTEN rollcall_cancel;

-- One worker at a time chooses a job (lock class 4 of db.sql).
-- name: worker_take_lock
SELECT pg_advisory_xact_lock(4, 0);

-- If the lock of a running job (class 3 of db.sql) is free, its worker has died: the job is queued again,
-- cancelled if somebody asked for that, or given up after so many attempts.  If its last COMMIT is still
-- running, this waits for the job's row and then finds it ended.
-- name: worker_rescue
WITH running AS MATERIALIZED (
	SELECT id FROM job WHERE state = 'running'
), lost AS (
	UPDATE job
	SET state = CASE WHEN cancelled_by IS NOT NULL THEN 'cancelled'
			WHEN attempt - attempts_before < $1::int THEN 'queued' ELSE 'failed' END,
		phase = NULL, expected_at = NULL,
		ended_at = CASE WHEN cancelled_by IS NOT NULL OR attempt - attempts_before >= $1::int
			THEN clock_timestamp() END
	WHERE state = 'running' AND id IN (SELECT id FROM running WHERE pg_try_advisory_xact_lock(3, id))
	RETURNING id, tenant_id, state, attempt - attempts_before AS attempt
), told AS (
	INSERT INTO job_log (job_id, n, tenant_id, event)
	SELECT id, coalesce((SELECT max(n) FROM job_log WHERE job_id = lost.id), 0) + 1, tenant_id,
		format(CASE state WHEN 'queued' THEN 'attempt %s lost its worker: taken up again'
			WHEN 'cancelled' THEN 'end: cancelled in attempt %s'
			ELSE 'end: given up after attempt %s' END, attempt)
	FROM lost
)
SELECT id, state, attempt, pg_notify('rollcall_ended', id::text) FROM lost;

-- The jobs that were cancelled while they waited: a worker writes them to the import log.
-- name: worker_unlogged
UPDATE job SET unlogged = false
WHERE id IN (SELECT id FROM job WHERE unlogged ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id, attempt - attempts_before AS attempt, cancelled_by;

-- The first job that can run.  A waiting job blocks later ones that cannot run beside it, so that a job
-- over all tenants has its turn too:
--   same tenant, or one of the two is over all tenants: not side by side;
--   a running one counts whatever its turn: it may have been taken up again;
--   a tenant's job that has waited while a job over all tenants ran goes before those
--   that still wait: root's jobs, however many, keep nobody waiting twice.
-- The time counts from the first attempt.
-- name: worker_take
WITH waiting AS (
	SELECT id, tenant_id, turn, tenant_id IS NOT NULL AND EXISTS (SELECT FROM job gone
		WHERE coalesce(gone.tenant_id, 0) = 0 AND gone.ended_at > job.queued_at
			AND gone.started_at IS NOT NULL) AS let_pass
	FROM job WHERE state = 'queued'
)
UPDATE job
SET state = 'running', phase = 'reading', done = 0, total = bytes, attempt = attempt + 1,
	started_at = coalesce(started_at, clock_timestamp())
WHERE id = (
	SELECT candidate.id
	FROM job candidate
	JOIN waiting this ON this.id = candidate.id
	WHERE candidate.state = 'queued' AND NOT EXISTS (
		SELECT FROM job other
		WHERE other.state = 'running'
			AND (other.tenant_id = candidate.tenant_id
				OR other.tenant_id IS NULL OR candidate.tenant_id IS NULL))
	AND NOT EXISTS (
		SELECT FROM waiting other
		WHERE CASE WHEN other.tenant_id IS NULL AND candidate.tenant_id IS NULL
				OR other.tenant_id = candidate.tenant_id THEN other.turn < this.turn
			WHEN other.tenant_id IS NULL THEN other.turn < this.turn AND NOT this.let_pass
			WHEN candidate.tenant_id IS NULL THEN other.turn < this.turn OR other.let_pass
			ELSE false END)
	ORDER BY this.let_pass DESC, candidate.turn
	FOR UPDATE OF candidate SKIP LOCKED
	LIMIT 1
)
RETURNING id, coalesce(tenant_id, 0) AS tenant_id, kind, file_name, admin_name, attempt,
	attempt - attempts_before AS nth, bytes, raw,
	dry_run, options, applied_by, plan_digest,
	set_config('synchronous_commit', 'off', true);	-- lost with the server, it is taken again

-- The lock belongs to the session, not the transaction: it ends with the connection, in whatever way the
-- worker ends.
-- name: worker_alive
SELECT pg_advisory_lock(3, $1::int);

-- name: worker_release
SELECT pg_advisory_unlock_all();

-- Rows and percentage do not fall with a new attempt.  $7: seconds until the expected end, null if
-- it is not known.  The commit does not wait for the disk: if the server dies, so does the attempt, and
-- what was written of it last may be lost.
-- name: worker_progress
UPDATE job
SET phase = $2, done = $3::bigint, total = $4::bigint, percent = greatest(percent, $6::int),
	rows = greatest(rows, $8::bigint),
	expected_at = clock_timestamp() + make_interval(secs => $7::float)
WHERE id = $1::int AND state = 'running' AND attempt = $5::int
RETURNING cancelled_by IS NOT NULL AS cancelled, set_config('synchronous_commit', 'off', true);

-- A worker that has to end puts its job back; the attempt does not count.  If the job was cancelled
-- meanwhile, worker_rescue ends it.
-- name: worker_put_back
UPDATE job
SET state = 'queued', phase = NULL, expected_at = NULL, attempts_before = attempts_before + 1
WHERE id = $1::int AND state = 'running' AND attempt = $2::int AND cancelled_by IS NULL
RETURNING pg_notify('rollcall_job', id::text);

-- After an attempt that failed: ends the job if it was cancelled.
-- name: worker_cancelled
UPDATE job
SET state = 'cancelled', phase = NULL, expected_at = NULL, ended_at = clock_timestamp()
WHERE id = $1::int AND state = 'running' AND attempt = $2::int AND cancelled_by IS NOT NULL
RETURNING cancelled_by, pg_notify('rollcall_ended', id::text);

-- After an attempt that seems to have failed: if the job has ended, the COMMIT was executed and only its
-- answer was lost.
-- name: worker_ended
SELECT state FROM job WHERE id = $1::int AND attempt = $2::int AND state <> 'running';

-- name: worker_chunk
SELECT data FROM job_chunk WHERE job_id = $1::int AND kind = 'upload' AND seq = $2::int;

-- name: worker_log
INSERT INTO job_log (job_id, n, tenant_id, event)
SELECT $1::int, coalesce(max(n), 0) + 1, nullif($2::int, 0), $3
FROM job_log WHERE job_id = $1::int
RETURNING set_config('synchronous_commit', 'off', true);	-- what counts commits durably after it

-- An upload that was not applied is kept as it was sent for a while.  $2: the last one
-- that could not be masked.
-- name: worker_stale
SELECT job.id, coalesce(job.tenant_id, 0) AS tenant_id, job.kind, job.options, job.bytes,
	EXISTS (SELECT FROM job_chunk WHERE job_id = job.id AND job_chunk.kind = 'masked') AS masked
FROM job
WHERE job.id > $2::int AND job.state IN ('failed', 'checked', 'cancelled') AND job.ended_at < clock_timestamp() - make_interval(hours => $1::int)
	AND kept_as_sent AND kind IN ('import', 'update')
ORDER BY job.id
FOR UPDATE OF job SKIP LOCKED
LIMIT 1;

-- name: worker_masked
UPDATE job SET kept_as_sent = false WHERE id = $1::int;

-- name: worker_mask_add
INSERT INTO job_chunk (job_id, kind, seq, tenant_id, data)
VALUES ($1::int, 'masked', $2::int, nullif($3::int, 0), $4::bytea);

-- name: worker_mask_all
UPDATE job_chunk SET kind = 'masked' WHERE job_id = $1::int AND kind = 'upload';

-- name: worker_mask_copy
INSERT INTO job_chunk (job_id, kind, seq, tenant_id, data)
SELECT job_id, 'masked', seq, tenant_id, data FROM job_chunk WHERE job_id = $1::int AND kind = 'upload';

-- name: worker_upload_delete
DELETE FROM job_chunk WHERE job_id = $1::int AND kind = 'upload';

-- The rows that have issues, in batches: n numbers the issues in the order of the file.
-- name: worker_issue_rows
SELECT n, row_number FROM job_issue
WHERE job_id = $1::int AND n > $2::bigint AND row_number > 0
ORDER BY n
LIMIT 1000;

-- name: worker_issue_row_add
INSERT INTO job_issue_row (job_id, row_number, tenant_id, "row")
SELECT $1::int, (item ->> 'n')::bigint, nullif($2::int, 0), item -> 'row'
FROM json_array_elements($3::json) item;

-- Deletes a job that ended $1 days ago with everything that belongs to it; tables without a foreign key to
-- it (job_row, job_change, job_planned) are deleted from by name.
-- name: worker_forget
WITH old AS (
	DELETE FROM job
	WHERE id = (
		SELECT id FROM job
		WHERE ended_at < clock_timestamp() - make_interval(days => $1::int)
		ORDER BY id
		FOR UPDATE SKIP LOCKED
		LIMIT 1
	)
	RETURNING id
), users_of AS (
	DELETE FROM job_row USING old WHERE job_row.job_id = old.id
), row_blocks_of AS (
	DELETE FROM job_row_block USING old WHERE job_row_block.job_id = old.id
), changes_of AS (
	DELETE FROM job_change USING old WHERE job_change.job_id = old.id
), planned_of AS (
	DELETE FROM job_planned USING old WHERE job_planned.job_id = old.id
), rows_of AS (
	DELETE FROM job_row_change USING old WHERE job_row_change.job_id = old.id
), blocks_of AS (
	DELETE FROM job_change_block USING old WHERE job_change_block.job_id = old.id
), secrets_of AS (
	DELETE FROM job_row_secret USING old WHERE job_row_secret.job_id = old.id
), made_of AS (
	DELETE FROM job_made USING old WHERE job_made.job_id = old.id
)
SELECT id FROM old;

-- Deletes the secrets that one job changed, $1 days after its end.
-- name: worker_forget_secrets
DELETE FROM job_row_secret
WHERE job_id = (
	SELECT id FROM job
	WHERE ended_at < clock_timestamp() - make_interval(days => $1::int)
		AND EXISTS (SELECT FROM job_row_secret WHERE job_id = job.id)
	ORDER BY id
	LIMIT 1
)
RETURNING job_id;

-- name: worker_analyze_users
SELECT analyze_users();

-- name: worker_analyze_report
SELECT analyze_report();

-- name: worker_forget_audit
SELECT audit_forget($1::int, 5000) AS n;

-- Why an attempt failed; written before its worker gives the job back.
-- name: worker_failed
UPDATE job SET failed_reason = $3 WHERE id = $1::int AND state = 'running' AND attempt = $2::int;

-- Makes the texts of the search for some users that have changed (user_search of sql/migrations).  If the
-- server loses what was made, they are still marked.
-- name: worker_search_refresh
SELECT search_refresh() AS answer, set_config('synchronous_commit', 'off', true);

-- --- mails and webhooks ---

-- name: delivery_due
SELECT delivery_due() AS answer;

-- name: delivery_take
SELECT id, kind, attempt, url, secret, email, language, job_id, state, body FROM delivery_take();

-- name: delivery_end
SELECT delivery_end($1::bigint, $2) AS again;

-- The test of a webhook, which has no job.
-- name: delivery_tested
SELECT delivery_tested($1::bigint, $2::boolean, $3);
