-- Gives users their incalls, free ones that exist.
-- rows of plan_incall: incall_id IS NOT NULL
UPDATE incall
SET user_id = plan_incall.user_id, ring_seconds = plan_incall.ring_seconds
FROM plan_incall
WHERE incall.tenant_id = plan_incall.tenant_id AND incall.id = plan_incall.incall_id;
