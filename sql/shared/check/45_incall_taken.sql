-- An incall that exists may be used where no user holds it.
-- columns: incall_exten
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan_incall.row_number, plan_incall.line, 'taken.incall', 'incall_exten', plan_incall.exten,
	jsonb_build_object('holder', concat_ws(' ', users.firstname, users.lastname))
FROM plan_incall
JOIN users ON users.tenant_id = plan_incall.tenant_id AND users.id = plan_incall.holder_id;

-- With a + in front, or without, it is the same number; the other user may leave it in this file.
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT held.row_number, held.line, 'taken.incall', 'incall_exten', held.exten,
	jsonb_build_object('holder', concat_ws(' ', users.firstname, users.lastname))
FROM (
	-- As in import/resolve/55_extension.sql.
	SELECT i.row_number, i.line, i.exten, i.user_id, i.tenant_id, other.user_id AS holder_id
	FROM plan_incall i
	JOIN incall other ON other.tenant_id = i.tenant_id AND other.context_id = i.context_id
		AND other.exten_key = ltrim(i.exten, '+') AND other.exten <> i.exten
	WHERE (SELECT pg_temp.read_whole('incall'))
	UNION ALL
	SELECT i.row_number, i.line, i.exten, i.user_id, i.tenant_id, other.user_id
	FROM plan_incall i
	CROSS JOIN LATERAL (SELECT user_id FROM incall other
		WHERE other.tenant_id = i.tenant_id AND other.context_id = i.context_id
			AND other.exten_key = ltrim(i.exten, '+') AND other.exten <> i.exten OFFSET 0) other
	WHERE NOT (SELECT pg_temp.read_whole('incall'))
) held
JOIN users ON users.tenant_id = held.tenant_id AND users.id = held.holder_id
WHERE held.holder_id <> held.user_id AND held.holder_id NOT IN (SELECT plan.user_id FROM {plan} AS plan JOIN own_incall USING (row_number) WHERE NOT own_incall.stays
	UNION ALL SELECT user_id FROM deleted_user);
