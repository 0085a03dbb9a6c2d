-- A number and a context without a protocol would be lost: that is an error.
-- columns: exten
-- rows of {plan}: line_protocol IS NULL AND (exten IS NOT NULL OR 'exten' = ANY (wrong))
INSERT INTO issue (row_number, line, key, column_name)
SELECT row_number, line, 'missing', 'line_protocol'
FROM {plan}
WHERE (exten IS NOT NULL OR 'exten' = ANY (wrong))
	AND (context IS NOT NULL OR 'context' = ANY (wrong))
	AND line_protocol IS NULL AND NOT 'line_protocol' = ANY (wrong);
