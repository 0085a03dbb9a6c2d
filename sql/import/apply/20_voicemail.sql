-- Makes voicemails.  Other rows of the file that name the same number share them.
-- rows of plan_of_import: made_voicemail_id = new_voicemail_id
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
	plan.tenant_id, plan.new_voicemail_id, plan.voicemail_context_id
FROM plan_of_import AS plan
WHERE plan.made_voicemail_id = plan.new_voicemail_id;
