-- An update finds its users in scope by the column of the option match, each once in a file.
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, 'unknown.user', column_name, value
FROM row_key
WHERE value IS NOT NULL AND NOT deletes
	AND row_number NOT IN (SELECT row_number FROM plan UNION ALL SELECT row_number FROM candidate);

-- The second run of a file finds those that the first one has deleted no more.
INSERT INTO issue (row_number, line, level, key, column_name, value)
SELECT row_number, line, 'warning', 'deleted_before', column_name, value
FROM row_key
WHERE value IS NOT NULL AND deletes AND row_number NOT IN (SELECT row_number FROM candidate);

INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_key.row_number, line, 'ambiguous', column_name, value,
	jsonb_build_object('n', count(*)::text, 'users', array_to_string((array_agg(
		concat_ws(' ', users.firstname, users.lastname) ORDER BY users.id))[:3], ', ')
		|| CASE WHEN count(*) > 3 THEN ', …' ELSE '' END)
FROM candidate
JOIN row_key USING (row_number)
JOIN users ON users.tenant_id = candidate.tenant_id AND users.id = candidate.user_id
WHERE candidate.row_number IN (SELECT row_number FROM candidate GROUP BY row_number HAVING count(*) > 1)
GROUP BY row_key.row_number, line, column_name, value;

-- Of a uuid or a user field that finds nobody too.  Other keys have rules of their own, which
-- know only of rows that do not delete.
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line, 'duplicate', column_name, value, jsonb_build_object('row', first::text)
FROM (
	SELECT row_key.*, min(row_number) OVER claimed AS first, bool_or(deletes) OVER claimed AS deleted
	FROM row_key
	LEFT JOIN (SELECT row_number, min(user_id) AS user_id FROM candidate GROUP BY row_number HAVING count(*) = 1) one
		USING (row_number)
	WHERE one.user_id IS NOT NULL OR key IS NOT NULL AND row_number NOT IN (SELECT row_number FROM candidate)
	WINDOW claimed AS (PARTITION BY coalesce(one.user_id::text, 'no ' || key))
) claim
WHERE row_number > first AND (key IS NOT NULL OR deleted);
