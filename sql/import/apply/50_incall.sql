-- Gives users their incalls: free ones that exist, or new ones.
UPDATE incall
SET user_id = plan_incall.user_id, ring_seconds = plan_incall.ring_seconds
FROM plan_incall
WHERE incall.tenant_id = plan_incall.tenant_id AND incall.id = plan_incall.incall_id;

INSERT INTO incall (tenant_id, context_id, exten, user_id, ring_seconds)
SELECT tenant_id, context_id, exten, user_id, ring_seconds
FROM plan_incall
WHERE incall_id IS NULL;
