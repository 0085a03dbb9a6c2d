-- The cells that an undo would change, by user.
INSERT INTO job_change (job_id, n, tenant_id, row_number, line, user_uuid, user_name, column_name, old, new, generated)
SELECT job_id(), row_number() OVER (ORDER BY back.user_id, back.relation, back.id, cell.place), job_tenant(), 0, 0,
	coalesce(users.uuid, (own.cells -> 'uuid')::uuid),
	coalesce(nullif(concat_ws(' ', users.firstname, users.lastname), ''),
		nullif(concat_ws(' ', own.cells -> 'firstname', own.cells -> 'lastname'), ''), back.name, ''),
	cell.column_name, left(cell.was, 1000), left(cell.becomes, 1000), false
FROM back
CROSS JOIN LATERAL change_cells(ROW(0, 0, back.tenant_id, back.relation, back.id, back.item_id, back.user_id, back.name,
	back.act, CASE back.act WHEN 'insert' THEN NULL WHEN 'update' THEN row_masked(slice(back.now, akeys(back.cells)))
		ELSE row_masked(CASE back.relation WHEN 'users' THEN (SELECT hstore(u) FROM users u
			WHERE u.tenant_id = back.tenant_id AND u.id = back.id) ELSE back.now END) END,
	CASE back.act WHEN 'delete' THEN NULL ELSE row_masked(back.cells) END)::job_row_change)
	WITH ORDINALITY AS cell (user_id, column_name, was, becomes, place)
LEFT JOIN users ON users.tenant_id = back.tenant_id AND users.id = cell.user_id
LEFT JOIN back own ON own.relation = 'users' AND own.id = cell.user_id AND own.act = 'insert'
WHERE back.act IS NOT NULL;
