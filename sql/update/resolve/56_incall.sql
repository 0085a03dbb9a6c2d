-- The incoming calls that each row names, one line an item, and which of them its user gets how.
-- columns: incall.*

-- Incalls: the items of the lists, and what exists under their numbers.  Ring
-- seconds that the file does not have stay with the user's one incall.
INSERT INTO plan_incall
SELECT plan.row_number, plan.line, plan.tenant_id, plan.user_id, item.exten, item.context,
	CASE WHEN given.incall_ring_seconds
		THEN item.ring_seconds
		WHEN incall.user_id = plan.user_id THEN incall.ring_seconds
		WHEN own_incall.n = 1 AND cardinality(plan.incall_exten) = 1 THEN own_incall.rings[1] END,
	context.id, context.type, incall.id,
	-- A user who is deleted gives up his incalls.
	CASE WHEN incall.user_id NOT IN (SELECT user_id FROM deleted_user) THEN nullif(incall.user_id, plan.user_id) END
FROM plan
CROSS JOIN given
CROSS JOIN LATERAL unnest(plan.incall_exten, plan.incall_context,
		plan.incall_ring_seconds[:cardinality(plan.incall_exten)])
	AS item (exten, context, ring_seconds)
LEFT JOIN own_incall ON own_incall.row_number = plan.row_number
LEFT JOIN context ON context.tenant_id = plan.tenant_id AND context.name = item.context
LEFT JOIN incall ON incall.tenant_id = plan.tenant_id
	AND incall.context_id = context.id AND incall.exten = item.exten
-- In coalesce for its estimate: see import/resolve/56_incall.sql.
WHERE coalesce(cardinality(plan.incall_exten) = cardinality(plan.incall_context), false);

-- Who has several leaves those that his row does not name, to whoever wants them.
UPDATE plan_incall
SET holder_id = NULL
FROM plan
JOIN own_incall USING (row_number)
WHERE own_incall.n > 1 AND NOT own_incall.stays AND plan_incall.holder_id = plan.user_id
	AND plan_incall.incall_id NOT IN (SELECT incall_id FROM plan_incall
		WHERE holder_id IS NULL AND incall_id IS NOT NULL);

ANALYZE plan_incall;

-- The same passing of numbers as for extensions: a user who gets at least one
-- number that exists nowhere at the end takes the own one along.
SELECT pg_temp.empty_tables('chain');
INSERT INTO chain
SELECT plan.user_id, held.user_id, EXISTS (SELECT FROM plan_incall
	WHERE plan_incall.row_number = plan.row_number AND plan_incall.incall_id IS NULL)
FROM plan
JOIN own_incall ON own_incall.row_number = plan.row_number AND own_incall.n = 1
LEFT JOIN (SELECT row_number, holder_id AS user_id FROM plan_incall WHERE holder_id IS NOT NULL) held
	ON held.row_number = plan.row_number
WHERE NOT EXISTS (SELECT FROM plan_incall WHERE plan_incall.row_number = plan.row_number
	AND plan_incall.incall_id = own_incall.ids[1]);
ANALYZE chain;

UPDATE plan_incall
SET holder_id = NULL,
	incall_id = CASE WHEN chained.id IS NOT NULL THEN plan_incall.incall_id END
FROM (SELECT DISTINCT id FROM chain) leaving
LEFT JOIN chained_whole chained USING (id)
WHERE leaving.id = plan_incall.holder_id;

-- Numbers that are all taken along exist nowhere now: counted again.
ANALYZE plan_incall;

UPDATE plan_incall
SET own = true, incall_id = first.id
FROM (
	SELECT DISTINCT ON (item.row_number) item.row_number, item.exten, item.context, own_incall.ids[1] AS id
	FROM plan_incall item
	JOIN own_incall ON own_incall.row_number = item.row_number AND own_incall.n = 1
	WHERE item.incall_id IS NULL AND item.context_id IS NOT NULL
		AND NOT EXISTS (SELECT FROM plan_incall kept
			WHERE kept.row_number = item.row_number AND kept.incall_id = own_incall.ids[1])
	ORDER BY item.row_number, item.exten, item.context
) first
WHERE first.row_number = plan_incall.row_number AND first.exten = plan_incall.exten
	AND first.context = plan_incall.context;

ANALYZE plan_incall;
