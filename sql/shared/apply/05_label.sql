-- Labels that the rows name and the tenant lacks, where the job may create them.
-- columns: labels
INSERT INTO label (tenant_id, name)
SELECT DISTINCT tenant_id, name
FROM plan_label
WHERE label_id IS NULL AND tenant_id IS NOT NULL AND (SELECT job_option('create_labels')) = '1'
ON CONFLICT (tenant_id, name) DO NOTHING;

UPDATE plan_label
SET label_id = label.id
FROM label
WHERE plan_label.label_id IS NULL AND label.tenant_id = plan_label.tenant_id AND label.name = plan_label.name;
