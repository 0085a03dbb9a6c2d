-- Warn where a voicemail no longer belongs to its user.
-- columns: voicemail_number voicemail_context
INSERT INTO issue (row_number, line, level, key, column_name, params)
SELECT plan.row_number, plan.line, 'warning', 'detached', 'voicemail_number',
	jsonb_build_object('resource', 'voicemail', 'number', voicemail.number)
FROM plan
JOIN voicemail ON voicemail.tenant_id = plan.tenant_id AND voicemail.id = plan.old_voicemail_id
WHERE plan.voicemail_id IS DISTINCT FROM plan.old_voicemail_id
	-- A context that does not exist is an error of its own.
	AND (plan.voicemail_context IS NULL OR plan.voicemail_context_id IS NOT NULL)
	AND NOT plan.wrong && ARRAY['voicemail_number', 'voicemail_context'];
