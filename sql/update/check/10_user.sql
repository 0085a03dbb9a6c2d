-- An update finds its users in scope by the column of the option match, each once in a file.
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, 'unknown.user', column_name, value
FROM (
	SELECT row_number FROM missing
	WHERE row_number NOT IN (SELECT row_number FROM plan WHERE is_new)
	OFFSET 0
) unknown
JOIN row_key USING (row_number)
WHERE value IS NOT NULL AND NOT deletes;

-- A second run of the same file no longer finds the users that the first one deleted.
INSERT INTO issue (row_number, line, level, key, column_name, value)
SELECT row_number, line, 'warning', 'deleted_before', column_name, value
FROM missing
JOIN row_key USING (row_number)
WHERE value IS NOT NULL AND deletes;

INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_key.row_number, line, 'ambiguous', column_name, value,
	jsonb_build_object('n', count(*)::text, 'users', array_to_string((array_agg(
		concat_ws(' ', users.firstname, users.lastname) ORDER BY users.id))[:3], ', ')
		|| CASE WHEN count(*) > 3 THEN ', …' ELSE '' END)
FROM candidate
JOIN row_key USING (row_number)
JOIN users ON users.tenant_id = candidate.tenant_id AND users.id = candidate.user_id
WHERE (SELECT job_option('match')) IS NOT NULL
	AND candidate.row_number IN (SELECT row_number FROM candidate GROUP BY row_number HAVING count(*) > 1)
GROUP BY row_key.row_number, line, column_name, value;

-- Other rules tell of a key in two rows, but for a uuid and a user field, and for rows that
-- delete.
WITH one AS MATERIALIZED (
	SELECT row_number, min(user_id) AS user_id
	FROM candidate
	WHERE user_id IN (SELECT user_id FROM meant_twice)
		OR (SELECT job_option('match')) IS NOT NULL
	GROUP BY row_number
	HAVING count(*) = 1
), claim AS (
	-- By a window and not by a join: the planner expects one row of `one`, and would group all for each.
	SELECT row_number, first, deleted
	FROM (
		SELECT row_number, min(row_number) OVER same AS first, count(*) OVER same AS n,
			bool_or(row_number IN (SELECT row_number FROM stage WHERE deletes)) OVER same AS deleted
		FROM one
		WINDOW same AS (PARTITION BY user_id)
	) meant
	WHERE n > 1
	UNION ALL
	SELECT row_number, min(row_number) OVER (PARTITION BY key), false
	FROM missing
	JOIN row_key USING (row_number)
	WHERE key IS NOT NULL
)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, row_key.line, 'duplicate', row_key.column_name, row_key.value, jsonb_build_object('row', claim.first::text)
FROM claim
JOIN row_key USING (row_number)
WHERE row_number > claim.first AND (row_key.key IS NOT NULL OR claim.deleted);
