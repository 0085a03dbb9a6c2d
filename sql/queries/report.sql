-- The report of a job.  Row level security shows the jobs of the scope only.

-- The causes (import_issues), errors first, those with most rows first: the first issue of each, how many
-- there are and in how many rows, and whether their values differ.
-- name: report_causes
SELECT i.n, i.level, i.key, i.row_number, sheet_row(i.job_id, i.row_number), i.line, i.column_name, i.value,
	i.params::text, source.source, c.issues, c.rows, c.varied
FROM (
	SELECT c.*, i.level
	FROM (
		SELECT cause, count(*) AS issues, count(DISTINCT row_number) AS rows,
			min(concat(value, params)) <> max(concat(value, params)) AS varied
		FROM job_issue WHERE job_id = $1::int GROUP BY cause
	) c
	JOIN job_issue i ON i.job_id = $1 AND i.n = c.cause
	ORDER BY i.level = 'warning', c.rows DESC, i.n OFFSET $2::bigint LIMIT $3::bigint
) c
JOIN job_issue i ON i.job_id = $1 AND i.n = c.cause
LEFT JOIN job_source source ON source.job_id = $1 AND source.column_name = i.column_name
ORDER BY i.level = 'warning', c.rows DESC, i.n;

-- name: report_cause_count
SELECT count(DISTINCT cause) AS total FROM job_issue WHERE job_id = $1::int;

-- Errors first, each level in the order of the file.  $2 level, $3 column, $4 cause (null:
-- all), $5 after how many, $6 how many, $7 whether names of users may be looked up: a row
-- that has none in the file is named by its uuid.
-- name: report_issues
SELECT i.level, i.key, i.row_number, sheet_row(i.job_id, i.row_number), i.line, i.column_name, i.value, i.params::text,
	source.source, coalesce(nullif(concat_ws(' ', nullif(r."row" ->> 'firstname', ''), nullif(r."row" ->> 'lastname', '')), ''),
		concat_ws(' ', u.firstname, u.lastname)) AS name
FROM (
	SELECT * FROM job_issue
	WHERE job_id = $1::int AND ($2::text IS NULL OR level = $2) AND ($3::text IS NULL OR column_name = $3)
		AND ($4::bigint IS NULL OR cause = $4)
	ORDER BY level = 'warning', n OFFSET $5::bigint LIMIT $6::bigint
) i
LEFT JOIN job_source source ON source.job_id = $1 AND source.column_name = i.column_name
LEFT JOIN job_issue_row r ON r.job_id = i.job_id AND r.row_number = i.row_number
LEFT JOIN users u ON $7::boolean AND u.uuid = CASE WHEN r."row" ->> 'uuid' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
	THEN (r."row" ->> 'uuid')::uuid END
ORDER BY i.level = 'warning', i.n;

-- name: report_issue_count
SELECT count(*) AS total
FROM job_issue
WHERE job_id = $1::int AND ($2::text IS NULL OR level = $2) AND ($3::text IS NULL OR column_name = $3)
	AND ($4::bigint IS NULL OR cause = $4);

-- name: report_wrong_rows
SELECT coalesce(wrong_rows, (SELECT count(DISTINCT row_number)
	FROM job_issue WHERE job_id = $1::int AND level = 'error' AND row_number > 0)) AS total
FROM job WHERE id = $1::int;

-- If only some of the errors are listed, it is not known which rows have errors.
-- name: report_marked
SELECT EXISTS (SELECT FROM job_issue WHERE job_id = $1::int AND row_number > 0 AND level = 'error')
		AND (SELECT errors FROM job WHERE id = $1::int)
			= (SELECT count(*) FROM job_issue WHERE job_id = $1::int AND level = 'error') AS errors,
	EXISTS (SELECT FROM job_issue WHERE job_id = $1::int AND row_number > 0) AS any_issue;

-- The current data of the users of rows $2 to $3; null for a user who was deleted since.
-- name: report_made
SELECT named.row_number, users.uuid, line.provisioning_code::text, line.sip_username, line.sip_secret
FROM job_user named
LEFT JOIN users ON users.tenant_id = named.tenant_id AND users.id = named.user_id
LEFT JOIN line ON line.tenant_id = users.tenant_id AND line.user_id = users.id
WHERE named.job_id = $1::int AND named.row_number BETWEEN $2::bigint AND $3::bigint
	AND named.thousand BETWEEN $2 / 1000 AND $3 / 1000
ORDER BY named.row_number;

-- The same for rows from $1 on that name their users: an update's rows that
-- changed nothing are in no table.
-- name: report_named
SELECT $1::bigint + item.n - 1 AS row_number, users.uuid, line.provisioning_code::text, line.sip_username,
	line.sip_secret
FROM unnest($2::uuid[]) WITH ORDINALITY item (uuid, n)
LEFT JOIN users ON users.uuid = item.uuid
LEFT JOIN line ON line.tenant_id = users.tenant_id AND line.user_id = users.id
ORDER BY item.n;

-- name: report_columns
SELECT DISTINCT column_name COLLATE "C" AS column_name
FROM job_issue WHERE job_id = $1::int AND column_name IS NOT NULL
ORDER BY 1;

-- The users of a job.  A user who was deleted since has no name.  how: what the job did; null if it made
-- (import) or changed the user.
-- name: report_users
SELECT sheet_row(named.job_id, named.row_number), named.user_uuid AS uuid,
	coalesce(named.user_name, concat_ws(' ', users.firstname, users.lastname)) AS name,
	users.id IS NULL AND named.user_name IS NULL AS unnamed, users.id IS NULL AS gone, extension.exten, named.how
FROM users_of_job($1::int, $2::bigint, $3::bigint) named
LEFT JOIN users ON users.tenant_id = named.tenant_id AND users.id = named.user_id
LEFT JOIN line ON line.tenant_id = users.tenant_id AND line.user_id = users.id
LEFT JOIN extension ON extension.tenant_id = line.tenant_id AND extension.line_id = line.id
ORDER BY named.row_number < 0, abs(named.row_number);

-- name: report_user_count
SELECT (SELECT count(*) FROM job_row WHERE job_id = $1::int AND how IS DISTINCT FROM 'unchanged')
	+ (SELECT coalesce(sum(size), 0) FROM job_row_block WHERE job_id = $1::int AND how IS DISTINCT FROM 'unchanged') AS total;

-- name: report_log
SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at, event
FROM job_log WHERE job_id = $1::int
ORDER BY n OFFSET $2::bigint LIMIT $3::bigint;

-- name: report_log_count
SELECT count(*) AS total FROM job_log WHERE job_id = $1::int;

-- The cells that a check would change, or that were changed when it was applied: $3 after $2.  For a job without a
-- check they are read from the rows that it changed; of more than $5 rows these are counted instead of the
-- cells (report_change_count); $4: whether secrets are among them, $2 in the count.
-- name: report_changes
WITH few AS MATERIALIZED (
	SELECT NOT EXISTS (SELECT FROM job_change WHERE job_id = $1::int)
		AND (SELECT count(*) FROM (SELECT FROM job_row_change c WHERE job_id = $1::int AND change_told(c, $4::boolean) LIMIT $5::bigint + 1) stored)
			+ (SELECT coalesce(sum(size), 0) FROM job_change_block WHERE job_id = $1::int) <= $5::bigint AS yes
)
SELECT sheet_row(job_id, row_number), user_uuid AS uuid, user_name AS name, column_name, old, new, generated
FROM (
	SELECT n, 0 AS nth, 0 AS place, job_id, row_number, user_uuid, user_name, column_name, old, new, generated
	FROM job_change WHERE job_id = $1::int AND n > $2::bigint AND n <= $2::bigint + $3::bigint
	UNION ALL
	SELECT (cell.row).n, cell.nth, cell.place, $1::int, job_user.row_number, users.uuid,
		coalesce(nullif(concat_ws(' ', users.firstname, users.lastname), ''),
			nullif(concat_ws(' ', gone.old -> 'firstname', gone.old -> 'lastname'), ''), (cell.row).name),
		cell.column_name, cell.was, cell.becomes, false
	FROM (
		SELECT kept.row, kept.nth, cell.*
		FROM (
			SELECT change AS row, place AS nth
			FROM changes_of_job($1::int, $4::boolean, CASE WHEN (SELECT yes FROM few) THEN 0 ELSE $2::bigint END,
				CASE WHEN (SELECT yes FROM few) THEN $5::bigint ELSE $3::bigint END)
			WHERE NOT EXISTS (SELECT FROM job_change WHERE job_id = $1::int)
		) AS kept
		-- With ordinality the function would be called for each row, and not be part of the query.
		CROSS JOIN LATERAL (SELECT *, row_number() OVER () AS place FROM change_cells(kept.row)) AS cell
		WHERE $4 OR (kept.row).how <> 'update' OR cell.column_name <> ALL (secret_names())
		ORDER BY (kept.row).n, kept.nth, cell.place
		OFFSET CASE WHEN (SELECT yes FROM few) THEN $2::bigint ELSE 0 END
		LIMIT CASE WHEN (SELECT yes FROM few) THEN $3::bigint END
	) AS cell
	LEFT JOIN users ON users.tenant_id = (cell.row).tenant_id AND users.id = cell.user_id
	-- Each is looked up by its user: else all that were ever deleted are read.
	LEFT JOIN LATERAL (
		SELECT one.old
		FROM (SELECT c.old, c.job_id, c.relation, c.how FROM job_row_change c
			WHERE c.tenant_id = (cell.row).tenant_id AND c.user_id = cell.user_id OFFSET 0) one
		WHERE one.job_id = $1::int AND one.relation = 'users' AND one.how = 'delete'
		LIMIT 1
	) gone ON users.id IS NULL
	LEFT JOIN job_user ON job_user.job_id = $1::int AND job_user.user_id = cell.user_id
) AS cells
ORDER BY n, nth, place;

-- There may be millions of them, numbered from 1 without a gap (update_changes).  cells: whether they are counted; else
-- it is the rows that the job changed, which would take seconds to make into cells.  $3: of at most how many rows the
-- cells are counted.
-- name: report_change_count
WITH checked AS MATERIALIZED (
	SELECT max(n) AS n FROM job_change WHERE job_id = $1::int
), stored AS MATERIALIZED (
	-- All of them are counted by the index alone.
	SELECT CASE WHEN $2::boolean THEN (SELECT count(*) FROM job_row_change WHERE job_id = $1::int)
			ELSE (SELECT count(*) FROM job_row_change c WHERE job_id = $1::int AND change_told(c, false)) END
		+ (SELECT coalesce(sum(size), 0) FROM job_change_block WHERE job_id = $1::int) AS n
	FROM checked WHERE checked.n IS NULL
)
SELECT coalesce(checked.n, CASE WHEN stored.n > $3::bigint THEN stored.n ELSE (
	SELECT count(*)
	FROM changes_of_job($1::int, $2::boolean, 0, $3::bigint) kept
	CROSS JOIN LATERAL change_cells(kept.change) AS cell
	WHERE $2 OR (kept.change).how <> 'update' OR cell.column_name <> ALL (secret_names())) END) AS total,
	checked.n IS NOT NULL OR stored.n <= $3::bigint AS cells
FROM checked LEFT JOIN stored ON true;

-- The users that a checked import would create, or an update create, disable and delete; how many they
-- are, and how many of them have no number.
-- name: report_planned
SELECT sheet_row(job_id, row_number), name, exten, incalls, username, voicemail, how, user_uuid AS uuid
FROM job_planned WHERE job_id = $1::int AND n > $2::bigint
ORDER BY n LIMIT $3::bigint;

-- name: report_planned_count
SELECT coalesce(max(n), 0) AS total FROM job_planned WHERE job_id = $1::int;

-- name: report_planned_bare
SELECT count(*) AS total FROM job_planned WHERE job_id = $1::int AND exten IS NULL;
