-- The context of an incall exists in the row's tenant and is of type incall.
-- columns: incall_context
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT DISTINCT plan.row_number, plan.line,
	CASE WHEN context.id IS NULL THEN 'unknown.context' ELSE 'context_type' END,
	'incall_context', item.name,
	CASE WHEN context.id IS NULL THEN '{}' ELSE jsonb_build_object(
		'context', item.name, 'type', context.type, 'needed', 'incall') END
FROM plan
CROSS JOIN LATERAL unnest(incall_context) AS item (name)
LEFT JOIN context ON context.tenant_id = plan.tenant_id AND context.name = item.name
WHERE plan.tenant_id IS NOT NULL AND (context.id IS NULL OR context.type <> 'incall');
