-- The export: the users of the scope as the rows of a CSV file.

-- How many users there will be; `more`: there are more than that, and to count them would take long.  What is searched
-- for is not counted: to know whether it is found often takes as long as to find its first users.
-- name: export_count
SELECT total, more FROM users_counted_soon($1::jsonb) WHERE NOT $1::jsonb ? 'search'
UNION ALL
SELECT 0, true WHERE $1::jsonb ? 'search';

-- Prepares the transaction of an export.  $1 is the filter (users_filtered), as COPY has no parameters.
-- JIT would take longer than it saves.
-- name: export_enter
SELECT set_config('rollcall.filter', $1, true), set_config('jit', 'off', true), set_config('rollcall.export_tenants', '{}', true),
	set_config('rollcall.export_users', '{}', true), set_config('rollcall.export_from', '0', true);

-- Chooses the users of the next part (sql/views/export_part.sql).
-- name: export_choose
SELECT export_choose(current_setting('rollcall.filter')::jsonb) AS more;

-- The chosen users, each looked up by himself.
-- name: export_part
COPY (
	SELECT u.*
	FROM unnest(current_setting('rollcall.export_tenants')::int[], current_setting('rollcall.export_users')::bigint[])
		WITH ORDINALITY AS part (tenant_id, user_id, place)
	CROSS JOIN LATERAL (SELECT * FROM user_row u WHERE u.entity_id = part.tenant_id AND u.user_id = part.user_id OFFSET 0) u
	WHERE part.place > current_setting('rollcall.export_from')::bigint
) TO STDOUT (HEADER);

-- Nested loops over the lists of all users are never a good plan, whatever the planner expects of the filter.
-- name: export_rest
SELECT set_config('enable_nestloop', 'off', true);

-- All others: one row for each user, from the view user_row (sql/views/user_row.sql).  cgi/users/export.c chooses
-- the columns that are written.
-- name: export_users
COPY (
	SELECT *
	FROM user_row u
	WHERE ((SELECT current_setting('rollcall.filter')) = '{}'
		OR (u.entity_id, u.user_id) IN (
			SELECT tenant_id, user_id FROM users_chosen(current_setting('rollcall.filter')::jsonb)))
		AND (u.entity_id, u.user_id) NOT IN (
			SELECT tenant_id, user_id FROM unnest(current_setting('rollcall.export_tenants')::int[],
				current_setting('rollcall.export_users')::bigint[]) AS part (tenant_id, user_id))
	ORDER BY u.entity_id, u.lastname COLLATE "C" NULLS FIRST, u.firstname COLLATE "C", u.user_id
) TO STDOUT (HEADER);
