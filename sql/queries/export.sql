-- The export: the users of the scope as the rows of a CSV file.

-- Prepares the transaction of an export.  $1 is the filter (users_filtered), as COPY has no parameters.
-- JIT would take longer than it saves.  Nested loops over the lists of all users are never a good plan,
-- whatever the planner expects of the filter.
-- name: export_enter
SELECT set_config('rollcall.filter', $1, true), set_config('jit', 'off', true),
	set_config('enable_nestloop', 'off', true);

-- One row for each user, from the view user_row (sql/views/user_row.sql).  cgi/users/export.c chooses the
-- columns that are written.
-- name: export_users
COPY (
	SELECT *
	FROM user_row u
	WHERE (SELECT current_setting('rollcall.filter')) = '{}'
		OR (u.entity_id, u.user_id) IN (
			SELECT tenant_id, user_id FROM users_chosen(current_setting('rollcall.filter')::jsonb))
	ORDER BY u.entity_id, u.lastname COLLATE "C" NULLS FIRST, u.firstname COLLATE "C", u.user_id
) TO STDOUT (HEADER);
