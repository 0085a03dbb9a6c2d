-- Warn of a new SIP secret that can be guessed.
-- columns: sip_secret
-- rows of stage: length(sip_secret) < 8 AND NOT drawn_secret
INSERT INTO issue (row_number, line, level, key, column_name, params)
SELECT stage.row_number, stage.line, 'warning', 'secret_short', 'sip_secret', jsonb_build_object('min', '8')
FROM stage
JOIN {plan} AS plan USING (row_number)
LEFT JOIN line ON line.tenant_id = plan.tenant_id AND line.id = plan.line_id
WHERE length(stage.sip_secret) < 8 AND NOT stage.drawn_secret AND plan.line_protocol IS DISTINCT FROM 'sccp'
	-- An account without users.secrets must not learn which value is stored.
	AND (NOT (SELECT job_secrets()) OR line.sip_secret IS DISTINCT FROM stage.sip_secret);
