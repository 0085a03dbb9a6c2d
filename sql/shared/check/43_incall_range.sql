-- An incall's number is inside an incall range of its context; a leading + does not count.
-- columns: incall_exten
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line, 'exten_range', 'incall_exten', exten,
	range_params(tenant_id, context_id, 'incall', exten, context)
FROM (
	SELECT *
	FROM (
		SELECT row_number, line, tenant_id, context_id, context, exten, ltrim(exten, '+') COLLATE "C" AS bare
		FROM plan_incall
		WHERE context_type = 'incall'
		OFFSET 0
	) incall
	WHERE NOT EXISTS (
		SELECT FROM context_range range
		WHERE range.tenant_id = incall.tenant_id AND range.context_id = incall.context_id
			AND range.kind = 'incall' AND length(range.low) = length(incall.bare)
			AND incall.bare BETWEEN range.low AND range.high
	)
	OFFSET 0	-- few are left to be looked at as text
) outside
WHERE exten ~ '^\+?[0-9]+$';
