-- A username is one user's alone in the file; case does not count.
-- columns: username
-- twice in {plan}: hashtextextended(lower(username), 0)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'duplicate', 'username', plan.username, jsonb_build_object('row', twice.first::text)
FROM {plan} AS plan
JOIN (
	SELECT lower(username) AS key, min(row_number) AS first
	FROM {plan} AS plan
	WHERE username IS NOT NULL
	GROUP BY lower(username)
	HAVING count(*) > 1
) twice ON twice.key = lower(plan.username)
WHERE plan.row_number > twice.first;
