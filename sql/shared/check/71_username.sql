-- A username is one user's alone, in the file and over all tenants; case does not count.
-- columns: username
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'duplicate', 'username', plan.username,
	jsonb_build_object('row', twice.first::text)
FROM plan
JOIN (
	SELECT lower(username) AS key, min(row_number) AS first
	FROM plan
	WHERE username IS NOT NULL
	GROUP BY lower(username)
	HAVING count(*) > 1
) twice ON twice.key = lower(plan.username)
WHERE plan.row_number > twice.first;

INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'taken.user', 'username', plan.username,
	jsonb_strip_nulls(jsonb_build_object('holder',
		nullif(concat_ws(' ', users.firstname, users.lastname), '')))
FROM plan
JOIN taken_usernames(ARRAY(SELECT lower(username) FROM plan WHERE username IS NOT NULL)) taken
	ON taken.key = lower(plan.username)
LEFT JOIN users ON users.id = taken.user_id
-- A user of the file has at the end what its own row says, one who is deleted nothing.
WHERE taken.user_id NOT IN (SELECT user_id FROM settled);
