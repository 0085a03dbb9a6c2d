-- What happened to a user, and on a day: the newest first.

-- The user of a uuid, also one who is gone.
-- name: history_find
SELECT $1::uuid AS uuid, tenant_id, id, name, gone
FROM (
	SELECT tenant_id, id, concat_ws(' ', firstname, lastname) AS name, false AS gone, 0 AS n
	FROM users WHERE uuid = $1::uuid
	UNION ALL
	SELECT tenant_id, user_id, concat_ws(' ', old -> 'firstname', old -> 'lastname'), true, n
	FROM job_row_change
	WHERE relation = 'users' AND how = 'delete' AND (old -> 'uuid')::uuid = $1::uuid
) found
ORDER BY gone, n DESC
LIMIT 1;

-- Of a job over all tenants an administrator of one sees what it changed here, and when.
-- name: history_of_user
SELECT to_char(coalesce(job.ended_at, job_ended(h.job_id)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
	job.id AS job, coalesce(job.applied_by, job.admin_name) AS who, job.kind, job.file_name,
	h.what, h.column_name, h.was, h.becomes, NULL AS uuid, NULL AS name, 1 AS users
FROM user_history($1::int, $2::bigint) h
LEFT JOIN job ON job.id = h.job_id
ORDER BY coalesce(job.ended_at, job_ended(h.job_id)) DESC, h.job_id DESC, h.n, h.place
OFFSET $3::bigint LIMIT $4::bigint;

-- name: history_of_user_count
SELECT count(*) AS total FROM user_history($1::int, $2::bigint);

-- The rows of the jobs that ended on day $1 (UTC), $3 of them after $2.  An import is one.
-- name: history_of_day
WITH kept AS (
	SELECT jobs.ended_at, jobs.id AS job_id, shown.n, shown.row, 1 AS users
	FROM jobs_of_day($1::date) jobs JOIN job_row_shown shown ON shown.job_id = jobs.id
	UNION ALL
	SELECT jobs.ended_at, jobs.id, 0, NULL, sum(cardinality(ids))
	FROM jobs_of_day($1::date) jobs JOIN job_made ON job_made.job_id = jobs.id AND job_made.relation = 'users'
	GROUP BY jobs.ended_at, jobs.id
	ORDER BY ended_at DESC, job_id DESC, n
	OFFSET $2::bigint LIMIT $3::bigint
)
SELECT to_char(kept.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
	job.id AS job, coalesce(job.applied_by, job.admin_name) AS who, job.kind, job.file_name,
	event.what, event.column_name, event.was, event.becomes, coalesce(users.uuid, (gone.old -> 'uuid')::uuid) AS uuid,
	coalesce(nullif(concat_ws(' ', users.firstname, users.lastname), ''),
		nullif(concat_ws(' ', gone.old -> 'firstname', gone.old -> 'lastname'), ''), (kept.row).name) AS name, kept.users
FROM kept
LEFT JOIN job ON job.id = kept.job_id
CROSS JOIN LATERAL (
	SELECT * FROM change_events(kept.row) WITH ORDINALITY WHERE kept.n > 0
	UNION ALL
	SELECT NULL, 'created', NULL, NULL, NULL, 1 WHERE kept.n = 0
) AS event (user_id, what, column_name, was, becomes, place)
LEFT JOIN users ON users.tenant_id = (kept.row).tenant_id AND users.id = event.user_id
LEFT JOIN LATERAL (
	SELECT old FROM job_row_change c
	WHERE users.id IS NULL AND c.tenant_id = (kept.row).tenant_id AND c.user_id = event.user_id
		AND c.relation = 'users' AND c.how = 'delete'
	ORDER BY c.n DESC LIMIT 1
) gone ON true
ORDER BY kept.ended_at DESC, kept.job_id DESC, kept.n, event.place;

-- name: history_of_day_count
SELECT (SELECT count(*) FROM job_row_shown WHERE job_id IN (SELECT id FROM jobs_of_day($1::date)))
	+ (SELECT count(DISTINCT job_id) FROM job_made
		WHERE relation = 'users' AND job_id IN (SELECT id FROM jobs_of_day($1::date))) AS total;
