-- Of rows that name one voicemail number the first that has a name for it makes it, for all.
-- columns: voicemail_number
-- twice in stage: hashtextextended(voicemail_number, hashtext(voicemail_context))
UPDATE plan
SET made_voicemail_id = twice.id
FROM (
	SELECT tenant_id, voicemail_context_id, voicemail_number, min(made_voicemail_id) AS id
	FROM plan
	WHERE voicemail_id IS NULL AND voicemail_number IS NOT NULL AND voicemail_context_id IS NOT NULL
	GROUP BY tenant_id, voicemail_context_id, voicemail_number
	HAVING count(*) > 1
) twice
WHERE plan.tenant_id = twice.tenant_id AND plan.voicemail_context_id = twice.voicemail_context_id
	AND plan.voicemail_number = twice.voicemail_number AND plan.made_voicemail_id IS DISTINCT FROM twice.id;
