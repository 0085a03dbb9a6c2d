-- Voicemails that exist nowhere are made by the first row that has a name for them;
-- the other rows of the file share them.
INSERT INTO made_voicemail (tenant_id, context_id, number, id, row_number)
SELECT tenant_id, voicemail_context_id, voicemail_number, min(new_voicemail_id), min(row_number)
FROM plan
WHERE voicemail_id IS NULL AND voicemail_name IS NOT NULL
	AND voicemail_number IS NOT NULL AND voicemail_context_id IS NOT NULL
GROUP BY tenant_id, voicemail_context_id, voicemail_number;

INSERT INTO voicemail (
	-- each column kept in voicemail: {kept},
	name, number, password, email, attach_audio, delete_messages, ask_password,
	-- end
	tenant_id, id, context_id)
SELECT
	-- each column kept in voicemail: {filled plan},
	plan.voicemail_name, plan.voicemail_number, plan.voicemail_password, plan.voicemail_email,
	plan.voicemail_attach_audio, coalesce(plan.voicemail_delete_messages, false),
	coalesce(plan.voicemail_ask_password, true),
	-- end
	made.tenant_id, made.id, made.context_id
FROM plan
JOIN made_voicemail made USING (row_number);
