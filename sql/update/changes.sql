-- The cells that an update would change: the users as they would be (after) beside
-- what they are, now that applying has been rolled back.  Of a user that it makes the cells
-- that the file has, of one that it deletes all.
--
-- A plain password always counts as a change.  A value that is generated when the job is
-- applied is empty here, and provisioning codes are left out.
INSERT INTO change (row_number, n, column_name, old, new, generated)
SELECT row_number, n, column_name, old,
	CASE WHEN plain THEN '********' WHEN NOT drawn THEN new END, drawn
FROM (
	SELECT plan.row_number, plan.is_new, cell.n, cell.column_name, cell.old, cell.new,
		cell.column_name = 'password' AND plan.plain_password AS plain,
		plan.line_id IS NULL AND (cell.column_name = 'sip_username' AND plan.drawn
			OR cell.column_name = 'sip_secret' AND plan.drawn_secret) AS drawn
	FROM after
	JOIN plan ON plan.row_number = after.row_number
	LEFT JOIN user_row ON user_row.uuid = plan.uuid
	CROSS JOIN LATERAL ROWS FROM (json_each_text(after.cells), json_each_text(row_to_json(user_row)))
		WITH ORDINALITY AS cell (column_name, new, same_column, old, n)
	WHERE cell.column_name <> 'provisioning_code' AND (cell.new IS DISTINCT FROM cell.old
		OR (cell.column_name IN (
			-- each column secret: '{name}'
			'call_permission_password', 'password', 'sip_secret', 'voicemail_password'
			-- end
		) AND (plan.row_number, cell.column_name) IN (SELECT row_number, column_name FROM secret_given)))
) cell
WHERE NOT is_new OR drawn OR column_name IN (SELECT column_name FROM position);

INSERT INTO change (row_number, n, column_name, old, generated)
SELECT leaver.row_number, cell.n, cell.column_name, cell.value, false
FROM deleted_user leaver
JOIN users ON users.tenant_id = leaver.tenant_id AND users.id = leaver.user_id
JOIN user_row ON user_row.uuid = users.uuid
CROSS JOIN LATERAL json_each_text(row_to_json(user_row)) WITH ORDINALITY AS cell (column_name, value, n)
WHERE cell.value <> '' AND cell.column_name <> 'provisioning_code';

INSERT INTO change (row_number, n, column_name, old, new, generated)
SELECT row_number, 1, 'enabled', '1', '0', false
FROM disabled_user;
