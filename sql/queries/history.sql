-- The history of a user, and of a day: the newest first.

-- The user with a uuid, also a deleted one.
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

-- Of a job over all tenants, an administrator of one tenant sees what it changed in that tenant, and when.
-- $5: whether secrets that changed are listed, $3 in the count.
-- name: history_of_user
SELECT to_char(coalesce(job.ended_at, job_ended(h.job_id)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
	job.id AS job, coalesce(job.applied_by, job.admin_name) AS who, job.kind, job.file_name,
	h.what, h.column_name, h.was, h.becomes, NULL AS uuid, NULL AS name, 1 AS users
FROM user_history($1::int, $2::bigint) h
LEFT JOIN job ON job.id = h.job_id
WHERE $5::boolean OR (h.column_name = ANY (secret_names())) IS NOT TRUE
ORDER BY coalesce(job.ended_at, job_ended(h.job_id)) DESC, h.job_id DESC, h.n, h.place
OFFSET $3::bigint LIMIT $4::bigint;

-- name: history_of_user_count
SELECT count(*) AS total FROM user_history($1::int, $2::bigint) h
WHERE $3::boolean OR (h.column_name = ANY (secret_names())) IS NOT TRUE;

-- The jobs that ended on day $1 (UTC) and changed something, $3 of them after $2; and of each the first
-- $4 events out of its first 1000 rows, which limits the time.  In a job with more rows all created or
-- deleted users are one event, as in an import.  $5: whether secrets that changed are listed, $2 in the count.
-- OFFSET keeps the looks at the index, for each job and each event: else all changes and all users were read,
-- a second where there are a million.
-- name: history_of_day
WITH jobs AS MATERIALIZED (
	SELECT day.id, day.ended_at, EXISTS (SELECT FROM changes_of_job(day.id, $5::boolean, 1000, 1)) AS large
	FROM jobs_of_day($1::date) day
	WHERE EXISTS (SELECT FROM job_change_block WHERE job_id = day.id OFFSET 0)
		OR EXISTS (SELECT FROM job_row_change c WHERE c.job_id = day.id AND change_told(c, $5) OFFSET 0)
		OR EXISTS (SELECT FROM job_made WHERE job_id = day.id OFFSET 0)
	ORDER BY day.ended_at DESC, day.id DESC
	OFFSET $2::bigint LIMIT $3::bigint
), kept AS MATERIALIZED (
	SELECT jobs.id AS job_id, jobs.large, c.change AS row, (c.change).n, c.place
	FROM jobs
	CROSS JOIN LATERAL changes_of_job(jobs.id, $5, 0, 1000) c
), listed AS (
	SELECT kept.job_id, kept.row, event.*,
		row_number() OVER (PARTITION BY kept.job_id ORDER BY kept.n, kept.place, event.place) AS nth
	FROM kept
	CROSS JOIN LATERAL change_events(kept.row) WITH ORDINALITY AS event (user_id, what, column_name, was, becomes, place)
	WHERE NOT (kept.large AND event.what <> 'changed') AND ($5 OR (event.column_name = ANY (secret_names())) IS NOT TRUE)
), events AS (
	SELECT job_id, row, nth, (row).tenant_id, user_id, what, column_name, was, becomes, 1 AS users
	FROM listed WHERE nth <= $4::bigint
	UNION ALL
	SELECT jobs.id, NULL, 0, made.tenant_id, CASE WHEN sum.what = 'created' AND made.users = 1 THEN made.user_id END,
		sum.what, NULL, NULL, NULL, sum.users
	FROM jobs
	LEFT JOIN job ON job.id = jobs.id
	CROSS JOIN LATERAL (SELECT sum(coalesce(cardinality(ids), high - low + 1)) AS users, min(tenant_id) AS tenant_id, min(coalesce(ids[1], low)) AS user_id
		FROM job_made WHERE job_id = jobs.id AND relation = 'users') made
	CROSS JOIN LATERAL (VALUES
		('created', coalesce(made.users, CASE WHEN jobs.large AND job.kind <> 'delete'
			THEN coalesce((counts ->> 'created')::bigint, (counts ->> 'users')::bigint) END)),
		('deleted', CASE WHEN jobs.large THEN (counts ->> CASE job.kind WHEN 'delete' THEN 'users' ELSE 'deleted' END)::bigint END)
	) AS sum (what, users)
	WHERE sum.users > 0
	UNION ALL
	SELECT jobs.id, NULL, $4::bigint + 1, NULL, NULL, 'more', NULL, NULL, NULL, 1
	FROM jobs
	WHERE large OR EXISTS (SELECT FROM listed WHERE listed.job_id = jobs.id AND nth > $4::bigint)
)
SELECT to_char(jobs.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
	job.id AS job, coalesce(job.applied_by, job.admin_name) AS who, job.kind, job.file_name,
	events.what, events.column_name, events.was, events.becomes, coalesce(users.uuid, (gone.old -> 'uuid')::uuid) AS uuid,
	coalesce(nullif(concat_ws(' ', users.firstname, users.lastname), ''),
		nullif(concat_ws(' ', gone.old -> 'firstname', gone.old -> 'lastname'), ''), (events.row).name) AS name, events.users
FROM events
JOIN jobs ON jobs.id = events.job_id
LEFT JOIN LATERAL (SELECT * FROM job WHERE job.id = events.job_id OFFSET 0) job ON true
LEFT JOIN LATERAL (SELECT * FROM users u
	WHERE u.tenant_id = events.tenant_id AND u.id = events.user_id OFFSET 0) users ON true
LEFT JOIN LATERAL (
	SELECT old FROM job_row_change c
	WHERE users.id IS NULL AND c.tenant_id = events.tenant_id AND c.user_id = events.user_id
		AND c.relation = 'users' AND c.how = 'delete'
	ORDER BY c.n DESC LIMIT 1
) gone ON true
ORDER BY jobs.ended_at DESC, jobs.id DESC, events.nth, events.what;

-- name: history_of_day_count
SELECT count(*) AS total
FROM jobs_of_day($1::date) day
WHERE EXISTS (SELECT FROM job_change_block WHERE job_id = day.id OFFSET 0)
	OR EXISTS (SELECT FROM job_row_change c WHERE c.job_id = day.id AND change_told(c, $2::boolean) OFFSET 0)
	OR EXISTS (SELECT FROM job_made WHERE job_id = day.id OFFSET 0);
