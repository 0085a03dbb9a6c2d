-- An incoming number that is set aside is given to nobody; a + in front does not count.
-- columns: incall_exten
-- rows of plan_incall: EXISTS (SELECT FROM context_reserved)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT i.row_number, i.line, 'reserved', 'incall_exten', i.exten, jsonb_build_object('context', i.context)
FROM plan_incall i
JOIN context_reserved r ON r.tenant_id = i.tenant_id AND r.context_id = i.context_id
	AND r.number IN (i.exten, ltrim(i.exten, '+'), '+' || ltrim(i.exten, '+'))
WHERE i.holder_id IS NULL AND i.context_type = 'incall' AND NOT EXISTS (SELECT FROM incall own
	WHERE own.tenant_id = i.tenant_id AND own.id = i.incall_id AND own.user_id = i.user_id);
