-- The context of an incall exists in the row's tenant and is of type incall.
-- columns: incall_context
-- rows of plan_incall: context_type IS DISTINCT FROM 'incall'
-- rows of {plan}: cardinality(incall_context) IS DISTINCT FROM cardinality(incall_exten) OR cardinality(incall_ring_seconds) <> cardinality(incall_exten)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT DISTINCT row_number, line,
	CASE WHEN type IS NULL THEN 'unknown.context' ELSE 'context_type' END,
	'incall_context', name,
	CASE WHEN type IS NULL THEN '{}' ELSE jsonb_build_object(
		'context', name, 'type', type, 'needed', 'incall') END
FROM (
	SELECT row_number, line, tenant_id, context, context_type
	FROM plan_incall
	UNION ALL
	-- Lists of different lengths make no items, so read their cells here.
	SELECT plan.row_number, plan.line, plan.tenant_id, item.name, context.type
	FROM {plan} AS plan
	CROSS JOIN LATERAL unnest(incall_context) AS item (name)
	LEFT JOIN context ON context.tenant_id = plan.tenant_id AND context.name = item.name
	WHERE cardinality(incall_context) IS DISTINCT FROM cardinality(incall_exten)
		OR cardinality(incall_ring_seconds) <> cardinality(incall_exten)
) AS named (row_number, line, tenant_id, name, type)
WHERE tenant_id IS NOT NULL AND type IS DISTINCT FROM 'incall';
