-- Warn where an incall leaves its user: its number was emptied, or another one is taken.
-- columns: incall_exten incall_context
INSERT INTO issue (row_number, line, level, key, column_name, params)
SELECT plan.row_number, plan.line, 'warning', 'detached', 'incall_exten',
	jsonb_build_object('resource', 'incall', 'number', own.exten)
FROM plan
JOIN own_incall USING (row_number)
CROSS JOIN LATERAL unnest(own_incall.ids, own_incall.extens) AS own (id, exten)
WHERE NOT own_incall.stays
	AND NOT EXISTS (SELECT FROM plan_incall
		WHERE plan_incall.row_number = plan.row_number
			-- A number that is taken, or a context that does not exist, is an error of its own.
			AND (plan_incall.incall_id = own.id OR plan_incall.holder_id IS NOT NULL
				OR plan_incall.context_id IS NULL))
	-- So are lists of different lengths.
	AND coalesce(cardinality(plan.incall_exten) = cardinality(plan.incall_context), true)
	AND NOT plan.wrong && ARRAY['incall_exten', 'incall_context'];
