-- Of a user who has numbers in several contexts, the contexts of new numbers have to be said.
-- columns: incall_exten
-- without columns: incall_context
-- rows of {plan}: 'incall_context' = ANY (wrong)
INSERT INTO issue (row_number, line, key, column_name, params)
SELECT plan.row_number, plan.line, 'missing.incall_context', 'incall_context', jsonb_build_object('contexts',
	(SELECT string_agg(DISTINCT context COLLATE "C", ', ') FROM unnest(own_incall.contexts) AS own (context)))
FROM {plan} AS plan
JOIN own_incall USING (row_number)
WHERE 'incall_context' = ANY (plan.wrong);
