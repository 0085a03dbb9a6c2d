-- An e-mail address is one user's alone over all tenants; case does not count.
-- columns: email
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'taken.user', 'email', plan.email,
	jsonb_strip_nulls(jsonb_build_object('holder',
		nullif(concat_ws(' ', users.firstname, users.lastname), '')))
FROM pg_temp.parts_of('{table}') part
CROSS JOIN LATERAL taken_emails(ARRAY(
	SELECT lower(email) FROM {plan} AS plan WHERE ctid >= part.low AND ctid < part.high AND email IS NOT NULL
)) taken
JOIN {plan} AS plan ON lower(plan.email) = taken.key
LEFT JOIN users ON users.id = taken.user_id
-- A user of the file has at the end what its own row says, one who is deleted nothing.
WHERE taken.user_id NOT IN (SELECT user_id FROM settled);
