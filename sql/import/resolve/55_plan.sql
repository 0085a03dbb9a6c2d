-- Finds the ids of what each row names.  What is not found stays null; a check reports it.

INSERT INTO plan (row_number, line, user_id, tenant_id, context_id, context_type, line_template_id,
	cti_profile_id, voicemail_context_id, extension_id, exten_holder_id, voicemail_id, made_voicemail_id,
	-- each column of phone: {name},
	line_protocol, exten, context, line_site, sip_username, sip_secret,
	-- end
	-- each column of voicemail: {name},
	voicemail_name, voicemail_number, voicemail_context, voicemail_password, voicemail_email,
	voicemail_attach_audio, voicemail_delete_messages, voicemail_ask_password,
	-- end
	-- each column of cti: {name},
	cti_profile_enabled, cti_profile_name,
	-- end
	-- each column of incall: {name},
	incall_exten, incall_context, incall_ring_seconds,
	-- end
	-- each column of labels: {name},
	labels,
	-- end
	-- each column of call_permissions: {name},
	call_permissions,
	-- end
	drawn, drawn_secret, plain_password, wrong, kept, uuid, entity_id, email, username, password,
	new_uuid, new_line_id, new_line_uuid, new_extension_id, new_voicemail_id)
SELECT stage.row_number, stage.line, stage.new_user_id, tenant.id, context.id, context.type, line_template.id,
	cti_profile.id, voicemail_context.id, coalesce(every_extension.id, extension.id), line.user_id,
	coalesce(every_voicemail.id, voicemail.id),
	-- A number that exists nowhere needs a name.
	CASE WHEN every_voicemail.id IS NULL AND voicemail.id IS NULL AND voicemail_context.id IS NOT NULL AND stage.voicemail_number IS NOT NULL
		AND stage.voicemail_name IS NOT NULL THEN stage.new_voicemail_id END,
	-- each column of phone: stage.{name},
	stage.line_protocol, stage.exten, stage.context, stage.line_site, stage.sip_username,
	stage.sip_secret,
	-- end
	-- each column of voicemail: stage.{name},
	stage.voicemail_name, stage.voicemail_number, stage.voicemail_context, stage.voicemail_password,
	stage.voicemail_email, stage.voicemail_attach_audio, stage.voicemail_delete_messages,
	stage.voicemail_ask_password,
	-- end
	-- each column of cti: stage.{name},
	stage.cti_profile_enabled, stage.cti_profile_name,
	-- end
	-- Lists that fit together are read from stage (56_incall.sql).
	-- each column of incall: CASE WHEN NOT fit THEN stage.{name} END,
	CASE WHEN NOT fit THEN stage.incall_exten END, CASE WHEN NOT fit THEN stage.incall_context END,
	CASE WHEN NOT fit THEN stage.incall_ring_seconds END,
	-- end
	-- each column of labels: stage.{name},
	stage.labels,
	-- end
	-- each column of call_permissions: stage.{name},
	stage.call_permissions,
	-- end
	stage.drawn, stage.drawn_secret, stage.plain_password, stage.wrong, stage.kept,
	stage.uuid, stage.entity_id, stage.email, stage.username, stage.password,
	stage.new_uuid, stage.new_line_id, stage.new_line_uuid, stage.new_extension_id, stage.new_voicemail_id
FROM stage
CROSS JOIN LATERAL (SELECT coalesce(cardinality(stage.incall_exten) = cardinality(stage.incall_context)
	AND (stage.incall_ring_seconds IS NULL OR cardinality(stage.incall_ring_seconds) = cardinality(stage.incall_exten)), false)) AS incalls (fit)
LEFT JOIN tenant ON tenant.id = coalesce((SELECT job_tenant()), stage.entity_id)
LEFT JOIN context ON context.tenant_id = tenant.id AND context.name = stage.context
LEFT JOIN line_template ON line_template.tenant_id = tenant.id
	-- each column named line_site: AND line_template.name = {filled stage}
	AND line_template.name = coalesce(stage.line_site, 'default')
	-- end
LEFT JOIN cti_profile ON cti_profile.tenant_id = tenant.id
	AND cti_profile.name = stage.cti_profile_name
LEFT JOIN context voicemail_context ON voicemail_context.tenant_id = tenant.id
	AND voicemail_context.name = stage.voicemail_context
-- Of many rows all stored numbers are read (every_), of few each is looked up.
LEFT JOIN (SELECT * FROM extension WHERE (SELECT pg_temp.read_whole('extension'))) every_extension
	ON every_extension.tenant_id = tenant.id
	AND every_extension.context_id = context.id AND every_extension.exten = stage.exten
LEFT JOIN LATERAL (SELECT * FROM extension
	WHERE NOT (SELECT pg_temp.read_whole('extension')) AND extension.tenant_id = tenant.id
		AND extension.context_id = context.id AND extension.exten = stage.exten OFFSET 0) extension ON true
-- CASE, as row level security keeps coalesce away from the index.
LEFT JOIN LATERAL (SELECT user_id FROM line
	WHERE line.tenant_id = tenant.id
		AND line.id = CASE WHEN every_extension.id IS NULL THEN extension.line_id ELSE every_extension.line_id END OFFSET 0) line ON true
LEFT JOIN (SELECT * FROM voicemail WHERE (SELECT pg_temp.read_whole('voicemail'))) every_voicemail
	ON every_voicemail.tenant_id = tenant.id
	AND every_voicemail.context_id = voicemail_context.id AND every_voicemail.number = stage.voicemail_number
LEFT JOIN LATERAL (SELECT * FROM voicemail
	WHERE NOT (SELECT pg_temp.read_whole('voicemail')) AND voicemail.tenant_id = tenant.id
		AND voicemail.context_id = voicemail_context.id AND voicemail.number = stage.voicemail_number OFFSET 0) voicemail ON true;
