-- Gives users their call permissions.
-- rows of plan_call_permission: true
INSERT INTO user_call_permission (tenant_id, user_id, call_permission_id)
SELECT tenant_id, user_id, call_permission_id
FROM plan_call_permission;
