-- Sets up voicemails anew that nobody has.
-- rows of made_voicemail: how = 'taken over'
UPDATE voicemail
SET
	-- each column kept in voicemail: {kept} = {filled plan}
	name = plan.voicemail_name, number = plan.voicemail_number, password = plan.voicemail_password,
	email = plan.voicemail_email, attach_audio = plan.voicemail_attach_audio,
	delete_messages = coalesce(plan.voicemail_delete_messages, false),
	ask_password = coalesce(plan.voicemail_ask_password, true)
	-- end
FROM plan_of_import AS plan
JOIN made_voicemail made USING (row_number)
WHERE made.how = 'taken over' AND voicemail.tenant_id = made.tenant_id AND voicemail.id = made.id;
