-- A SIP username is one line's alone in the file; of an sccp line it is ignored.  A row whose
-- protocol is wrong or missing claims it even so.
-- columns: sip_username
-- twice in {plan}: hashtextextended(CASE WHEN NOT drawn THEN sip_username END, 0)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'duplicate', 'sip_username', plan.sip_username,
	jsonb_build_object('row', twice.first::text)
FROM {plan} AS plan
JOIN (
	SELECT sip_username, min(row_number) AS first
	FROM {plan} AS plan
	WHERE NOT drawn AND sip_username IS NOT NULL AND line_protocol IS DISTINCT FROM 'sccp'
	GROUP BY sip_username
	HAVING count(*) > 1
) twice USING (sip_username)
WHERE plan.row_number > twice.first AND NOT drawn AND line_protocol IS DISTINCT FROM 'sccp';
