-- The context of a phone is of type internal.
-- columns: context
-- rows of {plan}: context_type <> 'internal' AND NOT same_number
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line, 'context_type', 'context', context,
	jsonb_build_object('context', context, 'type', context_type, 'needed', 'internal')
FROM {plan}
WHERE NOT same_number AND context_type <> 'internal';
