-- Over all tenants each row says its entity, and it must exist.
-- rows of plan_of_import: tenant_id IS NULL
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, CASE WHEN entity_id IS NULL THEN 'missing.entity' ELSE 'unknown.entity' END,
	'entity_id', entity_id
FROM plan_of_import
WHERE job_tenant() IS NULL AND tenant_id IS NULL AND NOT 'entity_id' = ANY (wrong);
