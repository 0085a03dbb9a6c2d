-- The upload of a job, for those who may download its file.  sent_chunk() returns it as it was sent, for
-- the session ($1 to $3) of the administrator who sent it.

-- name: stored_find
SELECT f.sent, f.sent AND EXISTS (SELECT FROM job_issue WHERE job_id = $4::int AND key = 'file.utf8') AS misencoded,
	EXISTS (SELECT FROM job_chunk WHERE job_id = $4::int AND kind = 'masked') AS masked,
	(SELECT bytes FROM job WHERE id = $4::int) AS bytes
FROM (SELECT EXISTS (SELECT FROM sent_chunk($1::bytea, $2::int, $3::int, $4::int, 0)) AS sent) f;

-- name: stored_sent
SELECT data FROM sent_chunk($1::bytea, $2::int, $3::int, $4::int, $5::int) AS data;

-- The copy with masked secrets, for all who may see the job.
-- name: stored_masked
SELECT data FROM job_chunk WHERE job_id = $1::int AND kind = 'masked' AND seq = $2::int;

-- --- deleting files before their jobs ---

-- How many jobs have files that can be deleted, and how many bytes were sent for them.  $1: the kinds of
-- jobs; $2: one job, 0 for all; $3: they ended so many days ago, 0 for any time.
-- name: stored_count
SELECT count(*) AS jobs, coalesce(sum(s.bytes), 0)::bigint AS bytes
FROM job_summary s
JOIN job ON job.id = s.id
WHERE s.files AND job.ended_at IS NOT NULL AND s.kind = ANY ($1::text[]) AND $2::int IN (0, s.id)
	AND ($3::int = 0 OR job.ended_at < now() - make_interval(days => $3));

-- Deletes them; $4: who.  If a worker masks one of them just now, this waits for it; if somebody else has
-- deleted one meanwhile, or applied its check, it is left out.
-- name: stored_delete
WITH gone AS (
	UPDATE job SET files_deleted_by = $4
	FROM job_summary s
	WHERE s.id = job.id AND s.files AND job.ended_at IS NOT NULL AND job.files_deleted_by IS NULL
		AND s.kind = ANY ($1::text[]) AND $2::int IN (0, s.id)
		AND ($3::int = 0 OR job.ended_at < now() - make_interval(days => $3))
	RETURNING job.id, job.bytes
)
SELECT count(*) AS jobs, coalesce(sum(bytes), 0)::bigint AS bytes FROM gone;
