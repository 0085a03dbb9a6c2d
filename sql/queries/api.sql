-- The JSON API.  Row level security shows the scope only.  The objects are made here, one in each row,
-- so that they can be sent while they are read.

-- Many rows ($1) are joined by hash or merge: new rows have no statistics yet, and nested loops over
-- them would take quadratic time.
-- name: api_enter
SELECT set_config('enable_nestloop', CASE WHEN $1::bigint > 200 THEN 'off' ELSE 'on' END, true),
	set_config('jit', 'off', true);

-- The users of a job with the result $2 (job_row.how; '': made by an import, changed by an update), in
-- the order of the file, with their current data.  For a deleted user all but the ids is null; so is
-- the row of a user whom no row names.
-- name: api_created
WITH mine AS MATERIALIZED (
	SELECT row_number, tenant_id, user_id, user_uuid FROM job_user
	WHERE job_id = $1::int AND how IS NOT DISTINCT FROM nullif($2, '')
), incalls AS (
	SELECT mine.tenant_id, mine.user_id, json_agg(incall.id ORDER BY incall.id) AS ids
	FROM mine JOIN incall ON incall.tenant_id = mine.tenant_id AND incall.user_id = mine.user_id
	GROUP BY mine.tenant_id, mine.user_id
), permissions AS (
	SELECT mine.tenant_id, mine.user_id, json_agg(call_permission_id ORDER BY call_permission_id) AS ids
	FROM mine JOIN user_call_permission member ON member.tenant_id = mine.tenant_id
		AND member.user_id = mine.user_id
	GROUP BY mine.tenant_id, mine.user_id
), labels AS (
	SELECT mine.tenant_id, mine.user_id, json_agg(label_id ORDER BY label_id) AS ids
	FROM mine JOIN user_label member ON member.tenant_id = mine.tenant_id AND member.user_id = mine.user_id
	GROUP BY mine.tenant_id, mine.user_id
)
SELECT json_build_object(
	'row_number', CASE WHEN mine.row_number > 0 THEN mine.row_number END,
	'user_id', mine.user_id,
	'user_uuid', mine.user_uuid,
	'voicemail_id', users.voicemail_id,
	'line_id', line.id,
	'sip_uuid', CASE WHEN line.protocol <> 'sccp' THEN line.uuid END,
	'sccp_id', CASE WHEN line.protocol = 'sccp' THEN line.id END,
	'extension_id', extension.id,
	'incall_extension_id', incalls.ids -> 0,
	'incall_extension_ids', coalesce(incalls.ids, '[]'),
	'call_permission_ids', coalesce(permissions.ids, '[]'),
	'label_ids', coalesce(labels.ids, '[]')) AS object
FROM mine
LEFT JOIN users ON users.tenant_id = mine.tenant_id AND users.id = mine.user_id
LEFT JOIN line ON line.tenant_id = mine.tenant_id AND line.user_id = mine.user_id
LEFT JOIN extension ON extension.tenant_id = line.tenant_id AND extension.line_id = line.id
LEFT JOIN incalls ON incalls.tenant_id = mine.tenant_id AND incalls.user_id = mine.user_id
LEFT JOIN permissions ON permissions.tenant_id = mine.tenant_id AND permissions.user_id = mine.user_id
LEFT JOIN labels ON labels.tenant_id = mine.tenant_id AND labels.user_id = mine.user_id
ORDER BY mine.row_number < 0, abs(mine.row_number);

-- Errors or warnings in the order of the file; the first of each row with the row as it was
-- sent.
-- Each issue of a row has the row; only the first one if the row is very long, so that many errors in
-- it do not make an answer of hundreds of megabytes.
-- name: api_issues
SELECT level, key, code, job_issue.row_number, sheet_row($1, job_issue.row_number), line, job_issue.column_name, value, params::text, source.source,
	CASE WHEN octet_length(job_issue_row."row"::text) < 16384
			OR lag(job_issue.row_number) OVER (ORDER BY n) IS DISTINCT FROM job_issue.row_number
		THEN job_issue_row."row"::text END AS "row",
	extract(epoch FROM coalesce(job.ended_at, job.created_at))::bigint AS timestamp
FROM job_issue
JOIN job ON job.id = job_issue.job_id
LEFT JOIN job_source source ON source.job_id = $1 AND source.column_name = job_issue.column_name
LEFT JOIN job_issue_row ON job_issue_row.job_id = job_issue.job_id
	AND job_issue_row.row_number = job_issue.row_number
WHERE job_issue.job_id = $1::int AND level = $2
ORDER BY n;

-- The cells that a checked update would change.
-- name: api_changes
SELECT row_number, sheet_row(job_id, row_number), line, user_uuid AS uuid, user_name AS "user", column_name, old, new, generated
FROM job_change WHERE job_id = $1::int
ORDER BY n;

-- $1 filter (users_filtered), $2 order, $3 descending, $4 how many, $5 after how many, $6
-- whether secrets are shown, $7 whether in brief, $8 whether all users are asked for.  The first row has no object, but how many users
-- there are; null where they would have to be counted first although all are asked for.  They are found some at a time and made into objects as they are sent: the first object
-- does not wait for the last user.  Of a filter all others are the second part, as each finds them anew.
-- name: api_users
SELECT object.object, CASE WHEN NOT p.more THEN p.total END AS total
FROM (
	SELECT p.*
	FROM (
		SELECT 0::bigint AS after, least($4::bigint, 100) AS wanted
		UNION ALL
		SELECT after, CASE WHEN $1::jsonb = '{}' THEN least($4 - after, 20000) ELSE $4 - 100 END
		FROM generate_series(100, least($4 - 1, CASE WHEN $1::jsonb = '{}' THEN users_total() ELSE 100 END), 20000) AS after
	) part
	CROSS JOIN LATERAL (
		SELECT * FROM users_narrowed($1::jsonb, CASE $2::text WHEN 'provisioning_code' THEN 'code' ELSE $2 END,
			$3::boolean, false, part.wanted, $5::bigint + part.after, NOT $8::boolean OR part.after > 0)
		ORDER BY place OFFSET 0
	) p
	WHERE p.place > 0 OR part.after = 0
	OFFSET 0
) p
LEFT JOIN LATERAL (
	SELECT CASE WHEN $7::boolean THEN user_summary(u) ELSE user_object(u, $6::boolean) END::text AS object
	FROM users u
	WHERE u.tenant_id = p.tenant_id AND u.id = p.user_id
	OFFSET 0
) object ON true;

-- name: api_user
SELECT u.uuid, user_object(u, $2::boolean)::text AS object FROM users u WHERE u.uuid = $1::uuid;

-- name: api_user_by_id
SELECT u.uuid, user_object(u, $2::boolean)::text AS object FROM users u WHERE u.id = $1::bigint;

-- name: api_user_uuid
SELECT uuid FROM users WHERE id = $1::bigint OR uuid = $2::uuid;

-- name: api_tenant
SELECT uuid FROM tenant WHERE id = $1::int;

-- The uuid of the installation, the same on each of its servers.
-- name: api_installation
SELECT md5(system_identifier || '/' || current_database())::uuid AS uuid FROM pg_control_system();

-- The number of workers comes from the server's list of connections.
-- name: api_state
SELECT queued, running, oldest_seconds, done, failed, checked, cancelled,
	(SELECT count(*) FROM pg_stat_activity WHERE usename = 'rollcall_worker'
		AND datname = current_database() AND application_name = 'rollcall worker (watch)') AS workers,
	(SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
		WHERE locktype = 'advisory' AND classid = 5 AND objsubid = 2 AND granted
		AND datname = current_database()) AS waiting
FROM queue_state();
