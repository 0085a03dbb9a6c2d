-- A phone's number must not be another user's.
-- columns: exten context
-- rows of {plan}: exten_holder_id IS NOT NULL
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'taken.extension', 'exten', plan.exten,
	jsonb_build_object('holder', concat_ws(' ', users.firstname, users.lastname))
FROM {plan} AS plan
JOIN users ON users.tenant_id = plan.tenant_id AND users.id = plan.exten_holder_id;
