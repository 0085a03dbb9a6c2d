-- An incall that exists may be used where no user holds it.
-- columns: incall_exten
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan_incall.row_number, plan_incall.line, 'taken.incall', 'incall_exten', plan_incall.exten,
	jsonb_build_object('holder', concat_ws(' ', users.firstname, users.lastname))
FROM plan_incall
JOIN users ON users.tenant_id = plan_incall.tenant_id AND users.id = plan_incall.holder_id;
