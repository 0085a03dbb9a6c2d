-- The plan of a file that is about the users' own columns alone: 100,000 rows in half the time.
-- columns: email username cti_profile_enabled
-- without columns: phone.* voicemail.* incall.* labels call_permissions cti_profile_name password
INSERT INTO plan (row_number, line, user_id, tenant_id, cti_profile_id, voicemail_id, cti_profile_enabled, uuid,
	entity_id, email, username, password, drawn, drawn_secret, plain_password, wrong, kept,
	new_uuid, new_line_id, new_line_uuid, new_extension_id, new_voicemail_id, old_voicemail_id, is_new, touches_user)
SELECT stage.row_number, stage.line, found.user_id, found.tenant_id, users.cti_profile_id, found.voicemail_id,
	-- each column named cti_profile_enabled: {wanted users},
	coalesce(stage.cti_profile_enabled, CASE WHEN NOT given.cti_profile_enabled THEN users.cti_profile_enabled END, false),
	-- end
	coalesce(users.uuid, stage.uuid, stage.new_uuid), stage.entity_id,
	-- each column named email: {wanted users},
	coalesce(stage.email, CASE WHEN NOT given.email THEN users.email END),
	-- end
	-- each column named username: {wanted users},
	coalesce(stage.username, CASE WHEN NOT given.username THEN users.username END),
	-- end
	users.password_hash, stage.drawn, stage.drawn_secret, stage.plain_password, stage.wrong, stage.kept,
	stage.new_uuid, stage.new_line_id, stage.new_line_uuid, stage.new_extension_id, stage.new_voicemail_id,
	found.voicemail_id, found.is_new, found.differs
FROM found
JOIN stage USING (row_number)
LEFT JOIN users ON users.tenant_id = found.tenant_id AND users.id = found.user_id AND NOT found.is_new
CROSS JOIN given;

ANALYZE plan (row_number);
