-- The labels that each row names, one line an item.
-- columns: labels
INSERT INTO plan_label
SELECT plan.row_number, plan.line, plan.tenant_id, plan.user_id, item.name, label.id
FROM {plan} AS plan
CROSS JOIN LATERAL unnest(plan.labels) AS item (name)
LEFT JOIN label ON label.tenant_id = plan.tenant_id AND label.name = item.name;
