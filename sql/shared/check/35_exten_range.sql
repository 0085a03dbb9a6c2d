-- A phone's number is inside a user range of its context; patterns and codes are not.
-- columns: exten context
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line, 'exten_range', 'exten', exten,
	range_params(tenant_id, context_id, 'user', exten, context)
FROM (
	SELECT row_number, line, tenant_id, context_id, context, exten
	FROM {plan} AS plan
	WHERE NOT same_number AND context_type = 'internal' AND exten IS NOT NULL AND NOT EXISTS (
		SELECT FROM context_range range
		WHERE range.tenant_id = plan.tenant_id AND range.context_id = plan.context_id
			AND range.kind = 'user' AND length(range.low) = length(plan.exten)
			AND plan.exten BETWEEN range.low AND range.high
	)
	OFFSET 0	-- few are left to be looked at as text
) outside
WHERE exten ~ '^[0-9]+$';
