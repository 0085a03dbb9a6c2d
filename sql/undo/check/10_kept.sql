-- Warn of what was changed since, and so stays.
INSERT INTO issue (row_number, level, key, column_name, value, params)
SELECT 0, 'warning', 'kept.cell', cell.column_name, cell.was,
	jsonb_strip_nulls(jsonb_build_object('user', nullif(concat_ws(' ', users.firstname, users.lastname), '')))
FROM (
	SELECT back.*, slice(now, akeys(new - akeys(cells))) AS stays
	FROM back
	WHERE existed AND remained AND now IS NOT NULL AND NOT user_id IN (SELECT user_id FROM stays)
) back
CROSS JOIN LATERAL change_cells(ROW(0, 0, tenant_id, relation, id, item_id, user_id, name, 'update',
	row_masked(slice(stays, ARRAY(SELECT key FROM each(stays) WHERE value IS DISTINCT FROM back.old -> key))),
	row_masked(slice(back.old, ARRAY(SELECT key FROM each(stays) WHERE value IS DISTINCT FROM back.old -> key))))::job_row_change) AS cell
LEFT JOIN users ON users.tenant_id = back.tenant_id AND users.id = back.user_id
WHERE stays <> '';

INSERT INTO issue (row_number, level, key, params)
SELECT 0, 'warning', 'kept.user', jsonb_build_object('user', concat_ws(' ', users.firstname, users.lastname))
FROM stays
JOIN users ON users.id = stays.user_id;

INSERT INTO issue (row_number, level, key, column_name, value, params)
SELECT 0, 'warning', 'kept.gone', column_name, value,
	jsonb_strip_nulls(jsonb_build_object('user', coalesce(nullif(concat_ws(' ', users.firstname, users.lastname), ''),
		nullif(concat_ws(' ', own.cells -> 'firstname', own.cells -> 'lastname'), ''))))
FROM left_out
LEFT JOIN back ON (back.relation, back.id, back.item_id) = (left_out.relation, left_out.id, left_out.item_id)
LEFT JOIN users ON users.id = back.user_id AND users.tenant_id = back.tenant_id
LEFT JOIN back own ON own.relation = 'users' AND own.id = back.user_id;
