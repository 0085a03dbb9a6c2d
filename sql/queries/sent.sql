-- Uploads for those who sent them: $1 to $3 are the session's, $4 is the job.

-- name: sent_chunk
SELECT data FROM sent_chunk($1::bytea, $2::int, $3::int, $4::int, $5::int) AS data;

-- name: sent_misencoded
SELECT EXISTS (SELECT FROM job_issue WHERE job_id = $4::int AND key = 'file.utf8')
	AND EXISTS (SELECT FROM sent_chunk($1::bytea, $2::int, $3::int, $4::int, $5::int)) AS misencoded;

-- name: sent_kept
SELECT EXISTS (SELECT FROM sent_chunk($1::bytea, $2::int, $3::int, $4::int, $5::int)) AS sent,
	EXISTS (SELECT FROM job_chunk WHERE job_id = $4::int AND kind = 'masked') AS masked;

-- The copy with masked secrets, for whoever sees the job.
-- name: kept_chunk
SELECT data FROM job_chunk WHERE job_id = $1::int AND kind = 'masked' AND seq = $2::int;
