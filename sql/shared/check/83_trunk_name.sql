-- Warn of a new SIP username that belongs to trunks: its phone does not register.
-- columns: sip_username
INSERT INTO issue (row_number, line, level, key, column_name, value)
SELECT stage.row_number, stage.line, 'warning', 'trunk_name', 'sip_username', stage.sip_username
FROM stage
JOIN {plan} AS plan USING (row_number)
LEFT JOIN line ON line.tenant_id = plan.tenant_id AND line.id = plan.line_id
WHERE stage.sip_username ILIKE 'trunk-%' AND NOT stage.drawn
	AND plan.line_protocol IS DISTINCT FROM 'sccp' AND line.sip_username IS DISTINCT FROM stage.sip_username;
