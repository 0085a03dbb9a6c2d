-- The same where no rule looks at what the user has.
-- without columns: phone.* voicemail.* incall.* labels call_permissions cti_profile_name password email username cti_profile_enabled
INSERT INTO plan (row_number, line, user_id, tenant_id, voicemail_id, uuid, entity_id, drawn, drawn_secret,
	plain_password, wrong, kept, new_uuid, old_voicemail_id, is_new, touches_user)
SELECT stage.row_number, stage.line, found.user_id, found.tenant_id, found.voicemail_id,
	coalesce(found.uuid, stage.uuid, stage.new_uuid), stage.entity_id, stage.drawn, stage.drawn_secret,
	stage.plain_password, stage.wrong, stage.kept, stage.new_uuid, found.voicemail_id, found.is_new, found.differs
FROM found
JOIN stage USING (row_number);

ANALYZE plan (row_number);
