-- Warn of a new PIN that cannot be typed: # ends the entry.
-- columns: voicemail_password call_permission_password
-- rows of stage: strpos(voicemail_password, '#') > 0 OR strpos(call_permission_password, '#') > 0
INSERT INTO issue (row_number, line, level, key, column_name)
SELECT stage.row_number, stage.line, 'warning', 'pin_hash', pin.column_name
FROM stage
JOIN {plan} AS plan USING (row_number)
LEFT JOIN users ON users.tenant_id = plan.tenant_id AND users.id = plan.user_id
LEFT JOIN voicemail ON voicemail.tenant_id = users.tenant_id AND voicemail.id = users.voicemail_id
CROSS JOIN LATERAL (VALUES
	('voicemail_password', stage.voicemail_password, voicemail.password),
	('call_permission_password', stage.call_permission_password, users.call_permission_password)
) AS pin (column_name, given, stored)
WHERE strpos(pin.given, '#') > 0
	-- An account without users.secrets must not learn which value is stored.
	AND (NOT (SELECT job_secrets()) OR pin.stored IS DISTINCT FROM pin.given);
