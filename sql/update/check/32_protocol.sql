-- The protocol of a line cannot be changed, nor taken from it.
-- columns: line_protocol
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, CASE WHEN stage.line_protocol IS NULL THEN 'protocol.removed' ELSE 'protocol' END,
	'line_protocol', stage.line_protocol,
	jsonb_strip_nulls(jsonb_build_object('old', plan.old_protocol, 'new', stage.line_protocol))
FROM plan
JOIN stage USING (row_number)
WHERE plan.old_protocol IS NOT NULL AND stage.line_protocol IS DISTINCT FROM plan.old_protocol
	AND NOT 'line_protocol' = ANY (plan.wrong) AND NOT 'line_protocol' = ANY (plan.kept);
