-- A call permission that is named must exist in the row's tenant, unless the job may create it.
-- columns: call_permissions
-- rows of plan_call_permission: call_permission_id IS NULL
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, 'unknown.call_permission', 'call_permissions', name
FROM plan_call_permission
WHERE call_permission_id IS NULL AND tenant_id IS NOT NULL AND (SELECT job_option('create_call_permissions')) IS NULL;
