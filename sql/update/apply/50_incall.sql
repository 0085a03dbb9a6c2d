-- Incalls: kept, changed in place, taken over, left free, made.
-- columns: incall_exten incall_context incall_ring_seconds
WITH wanted AS (
	SELECT row_number, tenant_id, incall_id AS id, context_id, exten, user_id, ring_seconds
	FROM plan_incall
	WHERE incall_id IS NOT NULL
	UNION ALL
	SELECT plan.row_number, plan.tenant_id, incall.id, incall.context_id, incall.exten, NULL, NULL
	FROM plan
	JOIN own_incall ON own_incall.row_number = plan.row_number AND NOT own_incall.stays
	JOIN incall ON incall.tenant_id = plan.tenant_id AND incall.id = ANY (own_incall.ids)
	WHERE incall.id NOT IN (SELECT incall_id FROM plan_incall WHERE incall_id IS NOT NULL)
), changed AS (
	UPDATE incall
	SET context_id = wanted.context_id, exten = wanted.exten, user_id = wanted.user_id,
		ring_seconds = wanted.ring_seconds
	FROM wanted
	WHERE incall.tenant_id = wanted.tenant_id AND incall.id = wanted.id
		AND (incall.context_id, incall.exten, incall.user_id, incall.ring_seconds)
			IS DISTINCT FROM (wanted.context_id, wanted.exten, wanted.user_id, wanted.ring_seconds)
	RETURNING wanted.row_number, wanted.user_id
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'incall', CASE WHEN user_id IS NULL THEN 'detached' ELSE 'changed' END
FROM changed;

-- A user whose incall another row took has changed too.
INSERT INTO touched (row_number, what, how)
SELECT DISTINCT own_incall.row_number, 'incall', 'moved'
FROM own_incall
CROSS JOIN LATERAL unnest(ids) AS own (id)
WHERE NOT stays AND NOT EXISTS (SELECT FROM plan_incall
	WHERE plan_incall.row_number = own_incall.row_number AND plan_incall.incall_id = own.id);

INSERT INTO touched (row_number, what, how)
SELECT row_number, 'incall', 'created'
FROM plan_incall
WHERE incall_id IS NULL;

INSERT INTO incall (tenant_id, context_id, exten, user_id, ring_seconds)
SELECT tenant_id, context_id, exten, user_id, ring_seconds
FROM plan_incall
WHERE incall_id IS NULL;
