-- Warn of a phone of which only a part is there; a line without a number is whole.
-- columns: exten context line_protocol
-- rows of {plan}: line_protocol IS NULL OR context IS NULL
INSERT INTO issue (row_number, line, level, key, params)
SELECT row_number, line, 'warning', 'group', jsonb_build_object('resource', 'phone',
	'columns', concat_ws(', ', CASE WHEN NOT there.protocol THEN 'line_protocol' END,
		CASE WHEN NOT there.context THEN 'context' END))
FROM {plan}
CROSS JOIN LATERAL (SELECT
	line_protocol IS NOT NULL OR 'line_protocol' = ANY (wrong) AS protocol,
	context IS NOT NULL OR 'context' = ANY (wrong) AS context,
	exten IS NOT NULL OR 'exten' = ANY (wrong) AS exten
) there
WHERE (there.protocol OR there.context OR there.exten)
	AND NOT (there.protocol AND there.context)
	-- A context alone, as when a whole column is filled with it, asks for no phone.
	AND (there.protocol OR there.exten)
	-- 33_line_protocol.sql reports that as an error.
	AND NOT (there.exten AND there.context);
