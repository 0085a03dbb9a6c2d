-- Warn of an incall of which only the number is there.
-- columns: incall_exten incall_context
-- rows of {plan}: incall_context IS NULL AND (incall_exten IS NOT NULL OR 'incall_exten' = ANY (wrong))
INSERT INTO issue (row_number, line, level, key, params)
SELECT row_number, line, 'warning', 'group', jsonb_build_object('resource', 'incall',
	'columns', 'incall_context')
FROM {plan}
CROSS JOIN LATERAL (SELECT
	incall_exten IS NOT NULL OR 'incall_exten' = ANY (wrong) AS exten,
	incall_context IS NOT NULL OR 'incall_context' = ANY (wrong) AS context
) there
-- A context alone, as when a whole column is filled with it, asks for no incall.
WHERE there.exten AND NOT there.context;
