-- An incall that exists may be used where no user holds it.
-- columns: incall_exten
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan_incall.row_number, plan_incall.line, 'taken.incall', 'incall_exten', plan_incall.exten,
	jsonb_build_object('holder', concat_ws(' ', users.firstname, users.lastname))
FROM plan_incall
JOIN users ON users.tenant_id = plan_incall.tenant_id AND users.id = plan_incall.holder_id;

-- With a + in front, or without, it is the same number; the other user may leave it in this file.
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan_incall.row_number, plan_incall.line, 'taken.incall', 'incall_exten', plan_incall.exten,
	jsonb_build_object('holder', concat_ws(' ', users.firstname, users.lastname))
FROM plan_incall
JOIN incall other ON other.tenant_id = plan_incall.tenant_id AND other.context_id = plan_incall.context_id
	AND other.exten_key = ltrim(plan_incall.exten, '+') AND other.exten <> plan_incall.exten
	AND other.user_id IS NOT NULL AND other.user_id <> plan_incall.user_id
JOIN users ON users.tenant_id = other.tenant_id AND users.id = other.user_id
WHERE other.user_id NOT IN (SELECT plan.user_id FROM plan JOIN own_incall USING (row_number) WHERE NOT own_incall.stays
	UNION ALL SELECT user_id FROM deleted_user);
