-- An incall's number is inside an incall range of its context; a leading + does not count.
-- columns: incall_exten
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line, 'exten_range', 'incall_exten', exten,
	range_params(tenant_id, context_id, 'incall', exten, context)
FROM plan_incall
WHERE context_type = 'incall' AND exten ~ '^\+?[0-9]+$'
	AND NOT EXISTS (
		SELECT FROM context_range range
		WHERE range.tenant_id = plan_incall.tenant_id AND range.context_id = plan_incall.context_id
			AND range.kind = 'incall' AND length(range.low) = length(ltrim(plan_incall.exten, '+'))
			AND ltrim(plan_incall.exten, '+') COLLATE "C" BETWEEN range.low AND range.high
	);
