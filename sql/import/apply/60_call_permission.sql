-- Gives users their call permissions.
INSERT INTO user_call_permission (tenant_id, user_id, call_permission_id)
SELECT tenant_id, user_id, call_permission_id
FROM plan_call_permission;
