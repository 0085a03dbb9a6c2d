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
