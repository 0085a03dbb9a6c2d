-- What each user of the file shall have at the end: the file's cells over what is stored.
--
-- A column that is not in the file stays.  An empty cell is the default or null;
-- where it cannot be (a protocol, a context, a name), what is stored stays in
-- the plan and a check reports the cell.  Of resources that the file is not about nothing
-- was looked up: no rule and no change is about them.
-- columns: phone.* voicemail.* incall.* labels call_permissions cti_profile_name password
--
-- A table without statistics is taken for a large one of few values, even if it is empty.
ANALYZE plan_phone (row_number), plan_voicemail (row_number), made_voicemail (row_number), own_incall (row_number);

INSERT INTO plan (row_number, line, user_id, tenant_id, context_id, context_type, line_template_id,
	cti_profile_id, voicemail_context_id, extension_id, exten_holder_id, voicemail_id, same_number,
	-- each column of phone: {name},
	line_protocol, exten, context, line_site, sip_username, sip_secret,
	-- end
	-- each column kept in voicemail but voicemail_name voicemail_number voicemail_password: {name},
	voicemail_email, voicemail_attach_audio, voicemail_delete_messages, voicemail_ask_password,
	-- end
	voicemail_name, voicemail_number, voicemail_context, voicemail_password,
	incall_exten, incall_context, incall_ring_seconds, labels, call_permissions,
	cti_profile_enabled, cti_profile_name, uuid, entity_id, email, username, password,
	drawn, drawn_secret, plain_password, wrong, kept,
	new_uuid, new_line_id, new_line_uuid, new_extension_id, new_voicemail_id,
	line_id, old_protocol, old_extension_id, old_exten, frees_extension, old_voicemail_id, old_incalls, is_new,
	touches_user)
SELECT stage.row_number, stage.line, found.user_id, found.tenant_id, phone.context_id, phone.context_type,
	phone.line_template_id,
	CASE WHEN given.cti_profile_name THEN cti_profile.id ELSE users.cti_profile_id END,
	mailbox.context_id, phone.extension_id, phone.exten_holder_id,
	CASE WHEN mailbox.row_number IS NOT NULL THEN mailbox.id ELSE found.voicemail_id END,
	coalesce(phone.same_number, false),
	-- each column of phone: phone.{name},
	phone.line_protocol, phone.exten, phone.context, phone.line_site, phone.sip_username,
	phone.sip_secret,
	-- end
	-- each column kept in voicemail but voicemail_name voicemail_number voicemail_password: {wanted base},
	coalesce(stage.voicemail_email, CASE WHEN NOT given.voicemail_email THEN base.email END),
	coalesce(stage.voicemail_attach_audio, CASE WHEN NOT given.voicemail_attach_audio THEN base.attach_audio END),
	coalesce(stage.voicemail_delete_messages, CASE WHEN NOT given.voicemail_delete_messages THEN base.delete_messages END, false),
	coalesce(stage.voicemail_ask_password, CASE WHEN NOT given.voicemail_ask_password THEN base.ask_password END, true),
	-- end
	CASE WHEN NOT mailbox.leaves THEN coalesce(stage.voicemail_name, made.name, base.name) END,
	mailbox.number, mailbox.context,
	CASE WHEN NOT given.voicemail_password THEN base.password
		WHEN NOT 'voicemail_password' = ANY (stage.kept) THEN stage.voicemail_password
		WHEN NOT 'voicemail_password' = ANY (maker.kept) THEN maker.voicemail_password
		ELSE base.password END,
	-- An empty number or context takes the incalls from the user; several are changed on
	-- request only (a check compares them).
	CASE WHEN own_incall.stays OR (incalls.contexts IS NULL AND own_incall.n > 0
		AND NOT 'incall_context' = ANY (stage.wrong)) THEN NULL ELSE incalls.extens END,
	CASE WHEN own_incall.stays OR (incalls.extens IS NULL AND own_incall.n > 0
		AND NOT 'incall_exten' = ANY (stage.wrong)) THEN NULL ELSE incalls.contexts END,
	CASE WHEN own_incall.stays IS NOT TRUE THEN stage.incall_ring_seconds END,
	stage.labels, stage.call_permissions,
	-- each column named cti_profile_enabled: {wanted users},
	coalesce(stage.cti_profile_enabled, CASE WHEN NOT given.cti_profile_enabled THEN users.cti_profile_enabled END, false),
	-- end
	stage.cti_profile_name, coalesce(users.uuid, stage.uuid, stage.new_uuid), stage.entity_id,
	-- each column named email: {wanted users},
	coalesce(stage.email, CASE WHEN NOT given.email THEN users.email END),
	-- end
	-- each column named username: {wanted users},
	coalesce(stage.username, CASE WHEN NOT given.username THEN users.username END),
	-- end
	CASE WHEN given.password AND NOT 'password' = ANY (stage.kept)
		THEN stage.password ELSE users.password_hash END,
	stage.drawn AND phone.line_id IS NULL, stage.drawn_secret, stage.plain_password,
	-- A check says which contexts are not known.
	CASE WHEN incalls.unclear THEN stage.wrong || 'incall_context'::text ELSE stage.wrong END, stage.kept,
	stage.new_uuid,
	coalesce(stage.new_line_id, CASE WHEN phone.line_id IS NULL AND phone.line_protocol IS NOT NULL THEN nextval('line_id_seq') END),
	coalesce(stage.new_line_uuid, CASE WHEN phone.line_id IS NULL AND phone.line_protocol IS NOT NULL THEN gen_random_uuid() END),
	coalesce(stage.new_extension_id, CASE WHEN phone.old_extension_id IS NULL AND phone.exten IS NOT NULL THEN nextval('extension_id_seq') END),
	stage.new_voicemail_id,
	phone.line_id, phone.old_protocol, phone.old_extension_id, phone.old_exten,
	coalesce(phone.frees_extension, false), found.voicemail_id, coalesce(own_incall.n, 0),
	found.is_new,
	users.id IS NOT NULL AND (stage.plain_password OR found.differs
		OR (given.cti_profile_name AND cti_profile.id IS DISTINCT FROM users.cti_profile_id)
		OR (given.password AND NOT 'password' = ANY (stage.kept) AND stage.password IS DISTINCT FROM users.password_hash)
		OR (mailbox.row_number IS NOT NULL AND mailbox.id IS DISTINCT FROM found.voicemail_id))
FROM found
JOIN stage USING (row_number)
LEFT JOIN users ON users.tenant_id = found.tenant_id AND users.id = found.user_id AND NOT found.is_new
CROSS JOIN given
LEFT JOIN cti_profile ON cti_profile.tenant_id = found.tenant_id
	AND cti_profile.name = stage.cti_profile_name
LEFT JOIN plan_phone phone USING (row_number)
LEFT JOIN plan_voicemail mailbox USING (row_number)
-- The row whose cells make the voicemail, and the voicemail that is changed or used.
LEFT JOIN made_voicemail made ON made.id = mailbox.id
LEFT JOIN (SELECT * FROM stage WHERE (SELECT EXISTS (SELECT FROM made_voicemail))) maker ON maker.row_number = made.row_number
LEFT JOIN (SELECT * FROM voicemail WHERE (SELECT EXISTS (SELECT FROM plan_voicemail))) base ON base.tenant_id = mailbox.tenant_id
	AND base.id = CASE WHEN mailbox.number IS NOT NULL AND made.how IS DISTINCT FROM 'taken over'
		THEN coalesce(mailbox.id, mailbox.old_id) END
LEFT JOIN own_incall ON own_incall.row_number = stage.row_number
CROSS JOIN LATERAL (SELECT
	CASE WHEN given.incall_exten THEN stage.incall_exten ELSE own_incall.extens END,
	CASE WHEN given.incall_context AND given.incall_exten THEN stage.incall_context
		WHEN given.incall_context THEN pg_temp.context_of_each(stage.incall_context, own_incall.n)
		WHEN NOT given.incall_exten OR own_incall.n IS NULL OR own_incall.stays OR stage.incall_exten IS NULL THEN own_incall.contexts
		WHEN own_incall.contexts[1] = ALL (own_incall.contexts)
			THEN pg_temp.context_of_each(own_incall.contexts[:1], cardinality(stage.incall_exten))
		-- Few users have numbers in several contexts: each number keeps its own.
		ELSE pg_temp.contexts_kept(stage.incall_exten, own_incall.extens, own_incall.contexts) END
) AS stored (extens, contexts)
CROSS JOIN LATERAL (SELECT given.incall_exten AND NOT given.incall_context AND array_position(stored.contexts, NULL) IS NOT NULL) AS lack (unclear)
CROSS JOIN LATERAL (SELECT stored.extens, CASE WHEN NOT lack.unclear THEN stored.contexts END, lack.unclear
) AS incalls (extens, contexts, unclear);

ANALYZE plan (row_number);
