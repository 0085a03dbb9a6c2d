-- Gives users their incalls, new ones.
-- rows of plan_incall: incall_id IS NULL
INSERT INTO incall (tenant_id, context_id, exten, user_id, ring_seconds)
SELECT tenant_id, context_id, exten, user_id, ring_seconds
FROM plan_incall
WHERE incall_id IS NULL;
