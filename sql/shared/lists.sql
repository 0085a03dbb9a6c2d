-- The call permissions and labels that each row names, one line an item.

INSERT INTO plan_call_permission
SELECT plan.row_number, plan.line, plan.tenant_id, plan.user_id, item.name, call_permission.id
FROM plan
CROSS JOIN LATERAL unnest(plan.call_permissions) AS item (name)
LEFT JOIN call_permission ON call_permission.tenant_id = plan.tenant_id
	AND call_permission.name = item.name;

INSERT INTO plan_label
SELECT plan.row_number, plan.line, plan.tenant_id, plan.user_id, item.name, label.id
FROM plan
CROSS JOIN LATERAL unnest(plan.labels) AS item (name)
LEFT JOIN label ON label.tenant_id = plan.tenant_id AND label.name = item.name;
