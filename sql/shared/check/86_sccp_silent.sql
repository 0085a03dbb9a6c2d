-- Warn of new sccp lines, once a file: they are stored, but no telephone of theirs rings here.
-- columns: line_protocol
-- rows of {plan}: line_protocol = 'sccp'
INSERT INTO issue (row_number, line, level, key, column_name, params)
SELECT row_number, line, 'warning', 'sccp_silent', 'line_protocol',
	jsonb_strip_nulls(jsonb_build_object('count', CASE WHEN count > 1 THEN count::text END))
FROM (
	SELECT row_number, line, count(*) OVER () AS count
	FROM {plan}
	WHERE line_protocol = 'sccp' AND line_id IS NULL AND NOT 'line_protocol' = ANY (wrong)
	ORDER BY row_number
	LIMIT 1
) first;
