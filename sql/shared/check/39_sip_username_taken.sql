-- A SIP username is one line's alone over all tenants; of an sccp line it is ignored.
-- columns: sip_username
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'taken.sip', 'sip_username', plan.sip_username,
	jsonb_strip_nulls(jsonb_build_object('holder',
		nullif(concat_ws(' ', users.firstname, users.lastname), '')))
FROM pg_temp.parts_of('{table}') part
CROSS JOIN LATERAL taken_sip_usernames(ARRAY(
	SELECT sip_username FROM {plan} AS plan WHERE ctid >= part.low AND ctid < part.high AND NOT drawn AND sip_username IS NOT NULL
)) taken
JOIN {plan} AS plan ON plan.sip_username = taken.key
LEFT JOIN users ON users.id = taken.user_id
WHERE NOT plan.drawn AND plan.line_protocol IS DISTINCT FROM 'sccp'
	-- A user of the file has at the end what its own row says, one who is deleted nothing.
	AND taken.user_id NOT IN (SELECT user_id FROM settled);
