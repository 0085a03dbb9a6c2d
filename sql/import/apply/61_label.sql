-- Gives users their labels.
-- rows of plan_label: true
INSERT INTO user_label (tenant_id, user_id, label_id)
SELECT tenant_id, user_id, label_id
FROM plan_label;
