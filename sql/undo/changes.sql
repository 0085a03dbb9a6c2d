-- The cells that an undo would change, by user, and of each in the order of a file.
INSERT INTO job_change (job_id, n, tenant_id, row_number, line, user_uuid, user_name, column_name, old, new, generated)
SELECT job_id(), row_number() OVER (ORDER BY whose.id, CASE WHEN whose.id IS NULL THEN back.id END,
		place.attnum, cell.place), job_tenant(), 0, 0,
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
-- The line of a number that comes back may not be there yet.
CROSS JOIN LATERAL (SELECT coalesce(cell.user_id, back.user_id) AS id) whose
LEFT JOIN pg_attribute place ON place.attrelid = 'user_row'::regclass AND place.attname = cell.column_name
LEFT JOIN users ON users.tenant_id = back.tenant_id AND users.id = whose.id
LEFT JOIN back own ON own.relation = 'users' AND own.id = whose.id AND own.act = 'insert'
WHERE back.act IS NOT NULL;
