-- A username is one user's alone over all tenants; case does not count.
-- columns: username
WITH claim AS MATERIALIZED (
	SELECT row_number, line, username, lower(username) AS key FROM plan WHERE username IS NOT NULL
)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT claim.row_number, claim.line, 'taken.user', 'username', claim.username,
	jsonb_strip_nulls(jsonb_build_object('holder',
		nullif(concat_ws(' ', users.firstname, users.lastname), '')))
FROM claim
JOIN taken_usernames(ARRAY(SELECT key FROM claim)) taken USING (key)
LEFT JOIN users ON users.id = taken.user_id
-- A user of the file has at the end what its own row says, one who is deleted nothing.
WHERE taken.user_id NOT IN (SELECT user_id FROM settled);
