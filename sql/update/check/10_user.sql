-- An update finds its users by their uuid, in scope, each once in a file.
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, 'unknown.user', 'uuid', uuid
FROM stage
WHERE uuid IS NOT NULL AND row_number NOT IN (SELECT row_number FROM plan);

INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT stage.row_number, stage.line, 'duplicate', 'uuid', stage.uuid,
	jsonb_build_object('row', twice.first::text)
FROM stage
JOIN (
	SELECT uuid, min(row_number) AS first
	FROM stage
	GROUP BY uuid
	HAVING count(*) > 1
) twice USING (uuid)
WHERE stage.row_number > twice.first;
