-- Warn of SIP credentials that are given for an sccp line.
-- columns: sip_username sip_secret
-- rows of {plan}: line_protocol = 'sccp'
INSERT INTO issue (row_number, line, level, key, column_name, params)
SELECT row_number, line, 'warning', 'column_ignored', given.column_name,
	jsonb_build_object('why', 'why.sccp')
FROM {plan}
CROSS JOIN LATERAL (VALUES
	('sip_username', sip_username), ('sip_secret', sip_secret)
) AS given (column_name, value)
WHERE line_protocol = 'sccp' AND given.value IS NOT NULL;
