-- The call permissions that each row names, one line an item.
-- columns: call_permissions
INSERT INTO plan_call_permission
SELECT plan.row_number, plan.line, plan.tenant_id, plan.user_id, item.name, call_permission.id
FROM {plan} AS plan
CROSS JOIN LATERAL unnest(plan.call_permissions) AS item (name)
LEFT JOIN call_permission ON call_permission.tenant_id = plan.tenant_id
	AND call_permission.name = item.name;
