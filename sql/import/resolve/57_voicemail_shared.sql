-- Of rows that name one voicemail number the first that has a name for it makes it, for all.
-- columns: voicemail_number
-- twice in stage: hashtextextended(voicemail_number, hashtext(voicemail_context))
UPDATE stage
SET shared_voicemail_id = twice.id
FROM plan_of_import AS plan
JOIN (
	SELECT tenant_id, voicemail_context_id, voicemail_number, min(made_voicemail_id) AS id
	FROM plan_of_import AS plan
	WHERE voicemail_id IS NULL AND voicemail_number IS NOT NULL AND voicemail_context_id IS NOT NULL
	GROUP BY tenant_id, voicemail_context_id, voicemail_number
	HAVING count(*) > 1
) twice USING (tenant_id, voicemail_context_id, voicemail_number)
WHERE stage.row_number = plan.row_number AND plan.made_voicemail_id IS DISTINCT FROM twice.id;
