-- Call permissions that the rows name and the tenant lacks, where the job may create them:
-- without rules, so that they refuse nothing until setup gives them some.
-- columns: call_permissions
INSERT INTO call_permission (tenant_id, name)
SELECT DISTINCT tenant_id, name
FROM plan_call_permission
WHERE call_permission_id IS NULL AND tenant_id IS NOT NULL AND (SELECT job_option('create_call_permissions')) = '1'
ON CONFLICT (tenant_id, name) DO NOTHING;

UPDATE plan_call_permission
SET call_permission_id = call_permission.id
FROM call_permission
WHERE plan_call_permission.call_permission_id IS NULL AND call_permission.tenant_id = plan_call_permission.tenant_id
	AND call_permission.name = plan_call_permission.name;
