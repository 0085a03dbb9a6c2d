-- Two rows of a file cannot have one number.
-- columns: exten context
-- twice in {plan}: hashtextextended(exten, context_id)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'duplicate', 'exten', plan.exten,
	jsonb_build_object('row', twice.first::text)
FROM {plan} AS plan
JOIN (
	SELECT tenant_id, context_id, exten, min(row_number) AS first
	FROM {plan} AS plan
	WHERE exten IS NOT NULL AND context_id IS NOT NULL
	GROUP BY tenant_id, context_id, exten
	HAVING count(*) > 1
) twice USING (tenant_id, context_id, exten)
WHERE plan.row_number > twice.first;
