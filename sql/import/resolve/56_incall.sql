-- The incoming calls that each row names, one line an item.
-- columns: incall.*

-- Numbers and contexts that do not fit together make no items; ring seconds that do
-- not fit to them hide nothing else that is wrong (a check says so in both cases).
-- The condition stands in coalesce, whose estimate is one row of two and not one of
-- 200: the joins behind it are for all rows of a file.
INSERT INTO plan_incall
SELECT item.row_number, item.line, item.tenant_id, item.user_id, item.exten, item.context,
	item.ring_seconds, context.id, context.type, coalesce(every_incall.id, incall.id), coalesce(every_incall.user_id, incall.user_id)
FROM (
	SELECT row_number, line, tenant_id, user_id, unnest(incall_exten) AS exten,
		unnest(incall_context) AS context,
		unnest(incall_ring_seconds[:cardinality(incall_exten)]) AS ring_seconds
	FROM plan_of_import
	WHERE coalesce(cardinality(incall_exten) = cardinality(incall_context), false)
) item
LEFT JOIN context ON context.tenant_id = item.tenant_id AND context.name = item.context
-- As in 55_extension.sql.
LEFT JOIN (SELECT * FROM incall WHERE (SELECT pg_temp.read_whole('incall'))) every_incall
	ON every_incall.tenant_id = item.tenant_id AND every_incall.context_id = context.id AND every_incall.exten = item.exten
LEFT JOIN LATERAL (SELECT * FROM incall
	WHERE NOT (SELECT pg_temp.read_whole('incall')) AND incall.tenant_id = item.tenant_id
		AND incall.context_id = context.id AND incall.exten = item.exten OFFSET 0) incall ON true;
