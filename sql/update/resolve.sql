-- What each user of the file shall have at the end: the file's cells over what is stored.
--
-- A column that is not in the file stays.  An empty cell is the default or null;
-- where it cannot be (a protocol, a context, a name), what is stored stays in
-- the plan and a check reports the cell.

TRUNCATE plan, plan_incall, own_incall, chain, plan_call_permission, plan_label, made_voicemail, touched, after, change;

-- The incalls of each user as lists, in the order of an export.
INSERT INTO own_incall
SELECT stage.row_number, count(*), array_agg(incall.exten ORDER BY incall.exten, context.name COLLATE "C"),
	array_agg(context.name ORDER BY incall.exten, context.name COLLATE "C"),
	array_agg(incall.ring_seconds ORDER BY incall.exten, context.name COLLATE "C"),
	min(incall.id)
FROM stage
JOIN users ON users.uuid = stage.uuid
JOIN incall ON incall.tenant_id = users.tenant_id AND incall.user_id = users.id
JOIN context ON context.tenant_id = incall.tenant_id AND context.id = incall.context_id
WHERE EXISTS (SELECT FROM position
	WHERE column_name IN ('incall_exten', 'incall_context', 'incall_ring_seconds'))
GROUP BY stage.row_number;

-- What a user has is looked up for the resources of the file's columns alone: where
-- there are none, no rule and no change is about them.
WITH given AS MATERIALIZED (
	SELECT jsonb_object_agg(column_name, true) AS columns FROM position
), has AS MATERIALIZED (
	SELECT columns ?| '{line_protocol,exten,context,line_site,sip_username,sip_secret}' AS phone,
		EXISTS (SELECT FROM jsonb_object_keys(columns) name WHERE name LIKE 'voicemail\_%') AS voicemail
	FROM given
), found AS (
	SELECT stage.row_number AS row,
		users.tenant_id, users.id AS user_id,
		line.id AS line_id, line.protocol AS old_protocol, line.context_id AS old_context_id,
		line.line_template_id AS old_line_template_id,
		line.sip_username AS old_sip_username, line.sip_secret AS old_sip_secret,
		extension.id AS old_extension_id, extension.exten AS old_exten,
		users.voicemail_id AS old_voicemail_id,
		CASE WHEN given.columns ? 'context' AND (stage.context IS NOT NULL OR 'context' = ANY (stage.wrong))
			THEN stage.context ELSE context.name END AS context,
		CASE WHEN given.columns ? 'exten' THEN stage.exten ELSE extension.exten END AS exten,
		-- An empty number or context takes the voicemail from the user.
		CASE WHEN kept.voicemail THEN CASE WHEN given.columns ? 'voicemail_number'
			THEN stage.voicemail_number ELSE voicemail.number END END AS voicemail_number,
		CASE WHEN kept.voicemail THEN CASE WHEN given.columns ? 'voicemail_context'
			THEN stage.voicemail_context ELSE voicemail_context.name END END AS voicemail_context,
		NOT kept.voicemail AS leaves_voicemail
	FROM stage
	CROSS JOIN given
	JOIN users ON users.uuid = stage.uuid
	LEFT JOIN (SELECT * FROM line WHERE (SELECT phone FROM has)) line
		ON line.tenant_id = users.tenant_id AND line.user_id = users.id
	LEFT JOIN context ON context.tenant_id = line.tenant_id AND context.id = line.context_id
	LEFT JOIN (SELECT * FROM extension WHERE (SELECT phone FROM has)) extension
		ON extension.tenant_id = line.tenant_id AND extension.line_id = line.id
	LEFT JOIN (SELECT * FROM voicemail WHERE (SELECT has.voicemail FROM has)) voicemail
		ON voicemail.tenant_id = users.tenant_id AND voicemail.id = users.voicemail_id
	LEFT JOIN context voicemail_context ON voicemail_context.tenant_id = voicemail.tenant_id
		AND voicemail_context.id = voicemail.context_id
	CROSS JOIN LATERAL (SELECT voicemail.id IS NULL OR NOT (
		(given.columns ? 'voicemail_number' AND stage.voicemail_number IS NULL
			AND NOT 'voicemail_number' = ANY (stage.wrong))
		OR (given.columns ? 'voicemail_context' AND stage.voicemail_context IS NULL
			AND NOT 'voicemail_context' = ANY (stage.wrong))) AS voicemail) kept
)
INSERT INTO plan (row_number, line, wrong, kept, uuid, entity_id, plain_password, drawn, drawn_secret,
	new_user_id, new_uuid, new_line_id, new_line_uuid, new_extension_id, new_voicemail_id,
	subscription_type, firstname, lastname, email, language, mobile_phone_number,
	outgoing_caller_id, enabled, supervision_enabled, call_transfer_enabled, dtmf_hangup_enabled,
	call_record_outgoing_external_enabled, call_record_outgoing_internal_enabled,
	call_record_incoming_external_enabled, call_record_incoming_internal_enabled,
	online_call_record_enabled, simultaneous_calls, ring_seconds, call_permission_password,
	userfield, username, password, cti_profile_enabled,
	cti_profile_name, labels, call_permissions,
	line_protocol, exten, context, line_site, sip_username, sip_secret,
	incall_exten, incall_context, incall_ring_seconds, old_incalls,
	voicemail_name, voicemail_number, voicemail_context, voicemail_password, voicemail_email,
	voicemail_attach_audio, voicemail_delete_messages, voicemail_ask_password,
	user_id, tenant_id, context_id, context_type, line_template_id, cti_profile_id,
	voicemail_context_id, extension_id, exten_holder_id, voicemail_id,
	line_id, old_protocol, old_extension_id, old_context_id, old_exten, same_number, old_voicemail_id)
SELECT stage.row_number, stage.line, stage.wrong, stage.kept, stage.uuid, stage.entity_id,
	stage.plain_password, stage.drawn AND found.line_id IS NULL, stage.drawn_secret,
	stage.new_user_id, stage.new_uuid, stage.new_line_id, stage.new_line_uuid,
	stage.new_extension_id, stage.new_voicemail_id,
	CASE WHEN given.columns ? 'subscription_type' THEN coalesce(stage.subscription_type, 0) ELSE users.subscription_type END,
	CASE WHEN given.columns ? 'firstname' THEN stage.firstname ELSE users.firstname END,
	CASE WHEN given.columns ? 'lastname' THEN stage.lastname ELSE users.lastname END,
	CASE WHEN given.columns ? 'email' THEN stage.email ELSE users.email END,
	CASE WHEN given.columns ? 'language' THEN stage.language ELSE users.language END,
	CASE WHEN given.columns ? 'mobile_phone_number' THEN stage.mobile_phone_number ELSE users.mobile_phone_number END,
	CASE WHEN given.columns ? 'outgoing_caller_id' THEN stage.outgoing_caller_id ELSE users.outgoing_caller_id END,
	CASE WHEN given.columns ? 'enabled' THEN coalesce(stage.enabled, true) ELSE users.enabled END,
	CASE WHEN given.columns ? 'supervision_enabled' THEN coalesce(stage.supervision_enabled, true) ELSE users.supervision_enabled END,
	CASE WHEN given.columns ? 'call_transfer_enabled' THEN coalesce(stage.call_transfer_enabled, false) ELSE users.call_transfer_enabled END,
	CASE WHEN given.columns ? 'dtmf_hangup_enabled' THEN coalesce(stage.dtmf_hangup_enabled, false) ELSE users.dtmf_hangup_enabled END,
	CASE WHEN given.columns ? 'call_record_outgoing_external_enabled' THEN coalesce(stage.call_record_outgoing_external_enabled, false) ELSE coalesce(stage.call_record_outgoing_external_enabled, users.call_record_outgoing_external_enabled) END,
	CASE WHEN given.columns ? 'call_record_outgoing_internal_enabled' THEN coalesce(stage.call_record_outgoing_internal_enabled, false) ELSE coalesce(stage.call_record_outgoing_internal_enabled, users.call_record_outgoing_internal_enabled) END,
	CASE WHEN given.columns ? 'call_record_incoming_external_enabled' THEN coalesce(stage.call_record_incoming_external_enabled, false) ELSE coalesce(stage.call_record_incoming_external_enabled, users.call_record_incoming_external_enabled) END,
	CASE WHEN given.columns ? 'call_record_incoming_internal_enabled' THEN coalesce(stage.call_record_incoming_internal_enabled, false) ELSE coalesce(stage.call_record_incoming_internal_enabled, users.call_record_incoming_internal_enabled) END,
	CASE WHEN given.columns ? 'online_call_record_enabled' THEN coalesce(stage.online_call_record_enabled, false) ELSE users.online_call_record_enabled END,
	CASE WHEN given.columns ? 'simultaneous_calls' THEN coalesce(stage.simultaneous_calls, 5) ELSE users.simultaneous_calls END,
	CASE WHEN given.columns ? 'ring_seconds' THEN coalesce(stage.ring_seconds, 30) ELSE users.ring_seconds END,
	CASE WHEN given.columns ? 'call_permission_password'
		AND NOT 'call_permission_password' = ANY (stage.kept)
		THEN stage.call_permission_password ELSE users.call_permission_password END,
	CASE WHEN given.columns ? 'userfield' THEN stage.userfield ELSE users.userfield END,
	CASE WHEN given.columns ? 'username' THEN stage.username ELSE users.username END,
	CASE WHEN given.columns ? 'password' AND NOT 'password' = ANY (stage.kept)
		THEN stage.password ELSE users.password_hash END,
	CASE WHEN given.columns ? 'cti_profile_enabled' THEN coalesce(stage.cti_profile_enabled, false) ELSE users.cti_profile_enabled END,
	stage.cti_profile_name, stage.labels, stage.call_permissions,
	coalesce(found.old_protocol, stage.line_protocol), found.exten, found.context, stage.line_site,
	CASE WHEN found.line_id IS NULL OR (given.columns ? 'sip_username' AND NOT stage.drawn
		AND stage.sip_username IS NOT NULL) THEN stage.sip_username ELSE found.old_sip_username END,
	CASE WHEN found.line_id IS NULL OR (given.columns ? 'sip_secret' AND NOT stage.drawn_secret
		AND stage.sip_secret IS NOT NULL) THEN stage.sip_secret ELSE found.old_sip_secret END,
	-- An empty number or context takes the incall from the user; several incalls
	-- are not changed (a check compares them).
	CASE WHEN own_incall.n > 1 OR (incalls.contexts IS NULL AND own_incall.n = 1
		AND NOT 'incall_context' = ANY (stage.wrong)) THEN NULL ELSE incalls.extens END,
	CASE WHEN own_incall.n > 1 OR (incalls.extens IS NULL AND own_incall.n = 1
		AND NOT 'incall_exten' = ANY (stage.wrong)) THEN NULL ELSE incalls.contexts END,
	CASE WHEN own_incall.n IS NULL OR own_incall.n = 1 THEN stage.incall_ring_seconds END,
	coalesce(own_incall.n, 0),
	CASE WHEN NOT found.leaves_voicemail THEN coalesce(stage.voicemail_name, base.name) END, found.voicemail_number, found.voicemail_context,
	CASE WHEN given.columns ? 'voicemail_password' AND NOT 'voicemail_password' = ANY (stage.kept)
		THEN stage.voicemail_password ELSE base.password END,
	CASE WHEN given.columns ? 'voicemail_email' THEN stage.voicemail_email ELSE base.email END,
	CASE WHEN given.columns ? 'voicemail_attach_audio' THEN stage.voicemail_attach_audio
		ELSE base.attach_audio END,
	CASE WHEN given.columns ? 'voicemail_delete_messages' THEN coalesce(stage.voicemail_delete_messages, false)
		ELSE coalesce(base.delete_messages, false) END,
	CASE WHEN given.columns ? 'voicemail_ask_password' THEN coalesce(stage.voicemail_ask_password, true)
		ELSE coalesce(base.ask_password, true) END,
	found.user_id, found.tenant_id, context.id, context.type,
	CASE WHEN given.columns ? 'line_site' OR found.line_id IS NULL THEN line_template.id
		ELSE found.old_line_template_id END,
	CASE WHEN given.columns ? 'cti_profile_name' THEN cti_profile.id ELSE users.cti_profile_id END,
	voicemail_context.id, extension.id,
	CASE WHEN extension.line_id <> coalesce(found.line_id, 0) THEN holder.user_id END,
	CASE WHEN (SELECT has.voicemail FROM has) THEN voicemail.id ELSE found.old_voicemail_id END,
	found.line_id, found.old_protocol, found.old_extension_id, found.old_context_id, found.old_exten,
	found.line_id IS NOT NULL AND context.id IS NOT DISTINCT FROM found.old_context_id
		AND found.exten IS NOT DISTINCT FROM found.old_exten,
	found.old_voicemail_id
FROM stage
CROSS JOIN given
JOIN found ON found.row = stage.row_number
JOIN users ON users.tenant_id = found.tenant_id AND users.id = found.user_id
LEFT JOIN own_incall ON own_incall.row_number = stage.row_number
CROSS JOIN LATERAL (SELECT
	CASE WHEN given.columns ? 'incall_exten' THEN stage.incall_exten ELSE own_incall.extens END,
	CASE WHEN given.columns ? 'incall_context' THEN stage.incall_context ELSE own_incall.contexts END
) AS incalls (extens, contexts)
LEFT JOIN context ON context.tenant_id = found.tenant_id AND context.name = found.context
LEFT JOIN line_template ON line_template.tenant_id = found.tenant_id
	AND line_template.name = coalesce(stage.line_site, 'default')
LEFT JOIN cti_profile ON cti_profile.tenant_id = found.tenant_id
	AND cti_profile.name = stage.cti_profile_name
LEFT JOIN context voicemail_context ON voicemail_context.tenant_id = found.tenant_id
	AND voicemail_context.name = found.voicemail_context
LEFT JOIN (SELECT * FROM extension WHERE (SELECT phone FROM has)) extension
	ON extension.tenant_id = found.tenant_id
	AND extension.context_id = context.id AND extension.exten = found.exten
LEFT JOIN (SELECT * FROM line WHERE (SELECT phone FROM has)) holder
	ON holder.tenant_id = extension.tenant_id AND holder.id = extension.line_id
LEFT JOIN (SELECT * FROM voicemail WHERE (SELECT has.voicemail FROM has)) voicemail
	ON voicemail.tenant_id = found.tenant_id
	AND voicemail.context_id = voicemail_context.id AND voicemail.number = found.voicemail_number
LEFT JOIN (SELECT * FROM voicemail WHERE (SELECT has.voicemail FROM has)) base
	ON base.tenant_id = found.tenant_id AND base.id = CASE WHEN found.voicemail_number IS NOT NULL
		THEN coalesce(voicemail.id, found.old_voicemail_id) END;

-- Numbers pass from one row's user to another's.  Of the users who leave a
-- number for another, those who take one that exists free leave their own free
-- behind; the others take theirs along, changed.  So a number whose holder
-- leaves exists free at the end, or not at all.
INSERT INTO chain
SELECT user_id, exten_holder_id, extension_id IS NULL
FROM plan
WHERE old_extension_id IS NOT NULL AND NOT same_number;
ANALYZE chain;

UPDATE plan
SET exten_holder_id = NULL,
	extension_id = CASE WHEN chained.id IS NOT NULL THEN plan.extension_id END
FROM (SELECT DISTINCT id FROM chain) leaving
LEFT JOIN chained USING (id)
WHERE leaving.id = plan.exten_holder_id;

UPDATE plan
SET frees_extension = true
WHERE old_extension_id IS NOT NULL AND extension_id <> old_extension_id AND exten_holder_id IS NULL;

-- Voicemails: a number that exists nowhere is the user's own voicemail changed in
-- place, for the first row that wants it; others share that one, and leave their own.
-- Then the number that it had exists nowhere either, for whoever wants it.
TRUNCATE chain;
INSERT INTO chain
SELECT DISTINCT ON (tenant_id, voicemail_context_id, voicemail_number) old_voicemail_id, voicemail_id
FROM plan
WHERE old_voicemail_id <> voicemail_id
	OR (old_voicemail_id IS NOT NULL AND voicemail_id IS NULL
		AND voicemail_number IS NOT NULL AND voicemail_context_id IS NOT NULL)
ORDER BY tenant_id, voicemail_context_id, voicemail_number, row_number;
ANALYZE chain;

UPDATE plan
SET voicemail_id = NULL, voicemail_moves = true
WHERE voicemail_id IN (SELECT id FROM chained)
	AND voicemail_id IS DISTINCT FROM old_voicemail_id;

-- What is not in their cells comes from their own now, not from the one that moved.
UPDATE plan
SET voicemail_name = coalesce(stage.voicemail_name, own.name),
	voicemail_password = CASE WHEN given.columns ? 'voicemail_password'
		AND NOT 'voicemail_password' = ANY (stage.kept) THEN stage.voicemail_password ELSE own.password END,
	voicemail_email = CASE WHEN given.columns ? 'voicemail_email' THEN stage.voicemail_email ELSE own.email END,
	voicemail_attach_audio = CASE WHEN given.columns ? 'voicemail_attach_audio'
		THEN stage.voicemail_attach_audio ELSE own.attach_audio END,
	voicemail_delete_messages = CASE WHEN given.columns ? 'voicemail_delete_messages'
		THEN coalesce(stage.voicemail_delete_messages, false) ELSE coalesce(own.delete_messages, false) END,
	voicemail_ask_password = CASE WHEN given.columns ? 'voicemail_ask_password'
		THEN coalesce(stage.voicemail_ask_password, true) ELSE coalesce(own.ask_password, true) END
FROM stage
CROSS JOIN (SELECT jsonb_object_agg(column_name, true) AS columns FROM position) given,
	plan moved
LEFT JOIN voicemail own ON own.tenant_id = moved.tenant_id AND own.id = moved.old_voicemail_id
WHERE moved.row_number = plan.row_number AND moved.voicemail_moves AND stage.row_number = plan.row_number;

-- The first row that wants a number that exists nowhere makes it: out of the
-- user's own, or anew where it has a name.  The others of the file share it.
INSERT INTO made_voicemail (tenant_id, context_id, number, id, row_number)
SELECT DISTINCT ON (tenant_id, voicemail_context_id, voicemail_number)
	tenant_id, voicemail_context_id, voicemail_number,
	coalesce(old_voicemail_id, new_voicemail_id), row_number
FROM plan
WHERE voicemail_id IS NULL AND voicemail_number IS NOT NULL AND voicemail_context_id IS NOT NULL
	AND (old_voicemail_id IS NOT NULL OR voicemail_name IS NOT NULL)
ORDER BY tenant_id, voicemail_context_id, voicemail_number, old_voicemail_id IS NULL, row_number;

UPDATE plan
SET voicemail_id = made.id,
	voicemail_name = coalesce(stage.voicemail_name, maker.voicemail_name),
	voicemail_password = CASE WHEN given.columns ? 'voicemail_password'
		AND NOT 'voicemail_password' = ANY (stage.kept) THEN stage.voicemail_password ELSE maker.voicemail_password END,
	voicemail_email = CASE WHEN given.columns ? 'voicemail_email' THEN stage.voicemail_email ELSE maker.voicemail_email END,
	voicemail_attach_audio = CASE WHEN given.columns ? 'voicemail_attach_audio'
		THEN stage.voicemail_attach_audio ELSE maker.voicemail_attach_audio END,
	voicemail_delete_messages = CASE WHEN given.columns ? 'voicemail_delete_messages'
		THEN coalesce(stage.voicemail_delete_messages, false) ELSE maker.voicemail_delete_messages END,
	voicemail_ask_password = CASE WHEN given.columns ? 'voicemail_ask_password'
		THEN coalesce(stage.voicemail_ask_password, true) ELSE maker.voicemail_ask_password END
FROM made_voicemail made
JOIN plan maker ON maker.row_number = made.row_number
CROSS JOIN (SELECT jsonb_object_agg(column_name, true) AS columns FROM position) given,
	stage
WHERE made.tenant_id = plan.tenant_id AND made.context_id = plan.voicemail_context_id
	AND made.number = plan.voicemail_number AND plan.voicemail_id IS NULL
	AND stage.row_number = plan.row_number AND plan.row_number <> made.row_number;

UPDATE plan
SET voicemail_id = made.id
FROM made_voicemail made
WHERE made.row_number = plan.row_number;

-- Incalls: the items of the lists, and what exists under their numbers.  Ring
-- seconds that the file does not have stay with the user's one incall.
INSERT INTO plan_incall
SELECT plan.row_number, plan.line, plan.tenant_id, plan.user_id, item.exten, item.context,
	CASE WHEN EXISTS (SELECT FROM position WHERE column_name = 'incall_ring_seconds')
		THEN item.ring_seconds
		WHEN cardinality(plan.incall_exten) = 1 OR incall.id = own_incall.id
		THEN own_incall.rings[1] END,
	context.id, context.type, incall.id, nullif(incall.user_id, plan.user_id)
FROM plan
CROSS JOIN LATERAL unnest(plan.incall_exten, plan.incall_context,
		plan.incall_ring_seconds[:cardinality(plan.incall_exten)])
	AS item (exten, context, ring_seconds)
LEFT JOIN own_incall ON own_incall.row_number = plan.row_number
LEFT JOIN context ON context.tenant_id = plan.tenant_id AND context.name = item.context
LEFT JOIN incall ON incall.tenant_id = plan.tenant_id
	AND incall.context_id = context.id AND incall.exten = item.exten
-- In coalesce for its estimate: see import/resolve.sql.
WHERE coalesce(cardinality(plan.incall_exten) = cardinality(plan.incall_context), false);

-- Nobody else counts a temporary table: without this each row is compared with each.
ANALYZE own_incall;
ANALYZE plan_incall;

-- The same passing of numbers as for extensions: a user who gets at least one
-- number that exists nowhere at the end takes the own one along.
TRUNCATE chain;
INSERT INTO chain
SELECT plan.user_id, held.user_id, EXISTS (SELECT FROM plan_incall
	WHERE plan_incall.row_number = plan.row_number AND plan_incall.incall_id IS NULL)
FROM plan
JOIN own_incall ON own_incall.row_number = plan.row_number AND own_incall.n = 1
LEFT JOIN (SELECT row_number, holder_id AS user_id FROM plan_incall WHERE holder_id IS NOT NULL) held
	ON held.row_number = plan.row_number
WHERE NOT EXISTS (SELECT FROM plan_incall WHERE plan_incall.row_number = plan.row_number
	AND plan_incall.incall_id = own_incall.id);
ANALYZE chain;

UPDATE plan_incall
SET holder_id = NULL,
	incall_id = CASE WHEN chained.id IS NOT NULL THEN plan_incall.incall_id END
FROM (SELECT DISTINCT id FROM chain) leaving
LEFT JOIN chained_whole chained USING (id)
WHERE leaving.id = plan_incall.holder_id;

-- Numbers that are all taken along exist nowhere now: counted again.
ANALYZE plan_incall;

UPDATE plan_incall
SET own = true, incall_id = first.id
FROM (
	SELECT DISTINCT ON (item.row_number) item.row_number, item.exten, item.context, own_incall.id
	FROM plan_incall item
	JOIN own_incall ON own_incall.row_number = item.row_number AND own_incall.n = 1
	WHERE item.incall_id IS NULL AND item.context_id IS NOT NULL
		AND NOT EXISTS (SELECT FROM plan_incall kept
			WHERE kept.row_number = item.row_number AND kept.incall_id = own_incall.id)
	ORDER BY item.row_number, item.exten, item.context
) first
WHERE first.row_number = plan_incall.row_number AND first.exten = plan_incall.exten
	AND first.context = plan_incall.context;

ANALYZE plan_incall;
