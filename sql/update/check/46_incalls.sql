-- Several incalls of a user are not changed without the option replace_incalls: what the file
-- says must be there already.
-- columns: incall_exten incall_context incall_ring_seconds
INSERT INTO issue (row_number, line, key, column_name)
SELECT plan.row_number, plan.line, 'incalls', 'incall_exten'
FROM plan
JOIN stage USING (row_number)
JOIN own_incall USING (row_number)
CROSS JOIN (
	SELECT coalesce(bool_or(column_name = 'incall_exten'), false) AS extens,
		coalesce(bool_or(column_name = 'incall_context'), false) AS contexts,
		coalesce(bool_or(column_name = 'incall_ring_seconds'), false) AS rings
	FROM position
) given
CROSS JOIN LATERAL (
	SELECT array_agg((exten, context, ring) ORDER BY exten, context, ring) AS incalls
	FROM unnest(
		CASE WHEN given.extens THEN stage.incall_exten ELSE own_incall.extens END,
		CASE WHEN given.contexts AND given.extens THEN stage.incall_context
			WHEN given.contexts THEN pg_temp.context_of_each(stage.incall_context, own_incall.n)
			-- Numbers alone keep their contexts, in any order.
			WHEN NOT given.extens THEN own_incall.contexts END,
		CASE WHEN given.rings THEN stage.incall_ring_seconds ELSE own_incall.rings END
	) AS item (exten, context, ring)
) wanted
CROSS JOIN LATERAL (
	SELECT array_agg((exten, context, ring) ORDER BY exten, context, ring) AS incalls
	FROM unnest(own_incall.extens, CASE WHEN given.contexts OR NOT given.extens THEN own_incall.contexts END, own_incall.rings)
		AS item (exten, context, ring)
) there
WHERE own_incall.stays AND wanted.incalls IS DISTINCT FROM there.incalls
	AND NOT plan.wrong && ARRAY['incall_exten', 'incall_context', 'incall_ring_seconds'];
