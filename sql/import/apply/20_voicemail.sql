-- Makes voicemails: new ones, or by setting up anew those that nobody has.  Other rows of the
-- file that name the same number share them.
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
FROM plan
WHERE plan.made_voicemail_id = plan.new_voicemail_id;

UPDATE voicemail
SET
	-- each column kept in voicemail: {kept} = {filled plan}
	name = plan.voicemail_name, number = plan.voicemail_number, password = plan.voicemail_password,
	email = plan.voicemail_email, attach_audio = plan.voicemail_attach_audio,
	delete_messages = coalesce(plan.voicemail_delete_messages, false),
	ask_password = coalesce(plan.voicemail_ask_password, true)
	-- end
FROM plan
JOIN made_voicemail made USING (row_number)
WHERE made.how = 'taken over' AND voicemail.tenant_id = made.tenant_id AND voicemail.id = made.id;
