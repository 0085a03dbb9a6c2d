-- An e-mail address is one user's alone in the file; case does not count.
-- columns: email
-- twice in {plan}: hashtextextended(lower(email), 0)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'duplicate', 'email', plan.email, jsonb_build_object('row', twice.first::text)
FROM {plan} AS plan
JOIN (
	SELECT lower(email) AS key, min(row_number) AS first
	FROM {plan} AS plan
	WHERE email IS NOT NULL
	GROUP BY lower(email)
	HAVING count(*) > 1
) twice ON twice.key = lower(plan.email)
WHERE plan.row_number > twice.first;
