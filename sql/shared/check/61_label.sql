-- A label that is named must exist in the row's tenant, unless the job may create it.
-- columns: labels
-- rows of plan_label: label_id IS NULL
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, 'unknown.label', 'labels', name
FROM plan_label
WHERE label_id IS NULL AND tenant_id IS NOT NULL AND (SELECT job_option('create_labels')) IS NULL;
