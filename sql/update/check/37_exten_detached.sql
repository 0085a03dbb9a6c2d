-- Warn where a user takes a number that exists: the one it had stays, free.
-- columns: exten context
INSERT INTO issue (row_number, line, level, key, column_name, params)
SELECT row_number, line, 'warning', 'detached', 'exten',
	jsonb_build_object('resource', 'phone', 'number', old_exten)
FROM plan
WHERE frees_extension;
