-- A phone's number must not be another user's.
-- columns: exten
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'taken.extension', 'exten', plan.exten,
	jsonb_strip_nulls(jsonb_build_object('holder', concat_ws(' ', users.firstname, users.lastname)))
FROM plan
JOIN line ON line.tenant_id = plan.tenant_id AND line.id = plan.extension_line_id
JOIN users ON users.tenant_id = line.tenant_id AND users.id = line.user_id
WHERE plan.extension_line_id IS NOT NULL;
