-- An incall's number, with or without a + in front, is one user's alone: not twice in a cell,
-- nor in two rows.
-- columns: incall_exten
-- twice in plan_incall: hashtextextended(ltrim(exten, '+'), context_id)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT claim.row_number, claim.line, 'duplicate', 'incall_exten', claim.exten,
	jsonb_build_object('row', twice.first::text)
FROM (
	SELECT row_number, line, tenant_id, context_id, ltrim(exten, '+') AS bare, max(exten) AS exten, count(*) AS times
	FROM plan_incall
	GROUP BY row_number, line, tenant_id, context_id, ltrim(exten, '+')
) claim
JOIN (
	SELECT tenant_id, context_id, ltrim(exten, '+') AS bare, min(row_number) AS first
	FROM plan_incall
	WHERE context_id IS NOT NULL
	GROUP BY tenant_id, context_id, ltrim(exten, '+')
	HAVING count(*) > 1
) twice USING (tenant_id, context_id, bare)
WHERE claim.row_number > twice.first OR claim.times > 1;
