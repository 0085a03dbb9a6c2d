-- The export: the users of the scope as the rows of a CSV file.

-- Sets up the transaction of an export: $1 says which users it has (users_filtered), as
-- COPY takes no parameters.  Compiling would take longer than it saves, and a plan with
-- nested loops over lists that belong to all users is never right, whatever the planner
-- thinks of the filter.
-- name: export_enter
SELECT set_config('rollcall.filter', $1, true), set_config('jit', 'off', true),
	set_config('enable_nestloop', 'off', true);

-- One row a user, of the view user_row (sql/views/user_row.sql); which of
-- its columns are written, and how, is said in cgi/users/export.c.
-- name: export_users
COPY (
	SELECT *
	FROM user_row u
	WHERE (SELECT current_setting('rollcall.filter')) = '{}'
		OR (u.entity_id, u.user_id) IN (
			SELECT tenant_id, user_id FROM users_chosen(current_setting('rollcall.filter')::jsonb))
	ORDER BY u.entity_id, u.lastname COLLATE "C" NULLS FIRST, u.firstname COLLATE "C", u.user_id
) TO STDOUT (HEADER);
