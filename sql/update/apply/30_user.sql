-- Users: changed where their own values differ from what the file wants, then made.
INSERT INTO touched (row_number, what)
SELECT row_number, 'user'
FROM plan
WHERE touches_user;

-- What keeps the changes looks at these columns alone.
SELECT set_config('rollcall.changing', ARRAY(
	SELECT DISTINCT kept
	FROM (VALUES
		-- each column kept in users: ('{name}', '{kept}'),
		('subscription_type', 'subscription_type'), ('firstname', 'firstname'),
		('lastname', 'lastname'), ('email', 'email'), ('language', 'language'),
		('mobile_phone_number', 'mobile_phone_number'), ('outgoing_caller_id', 'outgoing_caller_id'),
		('enabled', 'enabled'), ('supervision_enabled', 'supervision_enabled'),
		('call_transfer_enabled', 'call_transfer_enabled'),
		('dtmf_hangup_enabled', 'dtmf_hangup_enabled'),
		('call_record_outgoing_external_enabled', 'call_record_outgoing_external_enabled'),
		('call_record_outgoing_internal_enabled', 'call_record_outgoing_internal_enabled'),
		('call_record_incoming_external_enabled', 'call_record_incoming_external_enabled'),
		('call_record_incoming_internal_enabled', 'call_record_incoming_internal_enabled'),
		('online_call_record_enabled', 'online_call_record_enabled'),
		('simultaneous_calls', 'simultaneous_calls'), ('ring_seconds', 'ring_seconds'),
		('call_permission_password', 'call_permission_password'), ('userfield', 'userfield'),
		('username', 'username'), ('cti_profile_enabled', 'cti_profile_enabled'),
		-- end
		-- each column of voicemail: ('{name}', 'voicemail_id'),
		('voicemail_name', 'voicemail_id'), ('voicemail_number', 'voicemail_id'),
		('voicemail_context', 'voicemail_id'), ('voicemail_password', 'voicemail_id'),
		('voicemail_email', 'voicemail_id'), ('voicemail_attach_audio', 'voicemail_id'),
		('voicemail_delete_messages', 'voicemail_id'), ('voicemail_ask_password', 'voicemail_id'),
		-- end
		('password', 'password_hash'), ('cti_profile_name', 'cti_profile_id')
	) AS cell (name, kept)
	WHERE name IN (SELECT column_name FROM position))::text, true);

UPDATE users
SET (
	-- each column kept in users: {kept},
	subscription_type, firstname, lastname, email, language, mobile_phone_number, outgoing_caller_id,
	enabled, supervision_enabled, call_transfer_enabled, dtmf_hangup_enabled,
	call_record_outgoing_external_enabled, call_record_outgoing_internal_enabled,
	call_record_incoming_external_enabled, call_record_incoming_internal_enabled,
	online_call_record_enabled, simultaneous_calls, ring_seconds, call_permission_password, userfield,
	username, cti_profile_enabled,
	-- end
	password_hash, cti_profile_id, voicemail_id
) = (
	-- each column kept in users: {wanted users},
	coalesce(stage.subscription_type, CASE WHEN NOT given.subscription_type THEN users.subscription_type END, 0),
	coalesce(stage.firstname, CASE WHEN NOT given.firstname THEN users.firstname END),
	coalesce(stage.lastname, CASE WHEN NOT given.lastname THEN users.lastname END),
	coalesce(stage.email, CASE WHEN NOT given.email THEN users.email END),
	coalesce(stage.language, CASE WHEN NOT given.language THEN users.language END),
	coalesce(stage.mobile_phone_number, CASE WHEN NOT given.mobile_phone_number THEN users.mobile_phone_number END),
	coalesce(stage.outgoing_caller_id, CASE WHEN NOT given.outgoing_caller_id THEN users.outgoing_caller_id END),
	coalesce(stage.enabled, CASE WHEN NOT given.enabled THEN users.enabled END, true),
	coalesce(stage.supervision_enabled, CASE WHEN NOT given.supervision_enabled THEN users.supervision_enabled END, true),
	coalesce(stage.call_transfer_enabled, CASE WHEN NOT given.call_transfer_enabled THEN users.call_transfer_enabled END, false),
	coalesce(stage.dtmf_hangup_enabled, CASE WHEN NOT given.dtmf_hangup_enabled THEN users.dtmf_hangup_enabled END, false),
	coalesce(stage.call_record_outgoing_external_enabled, CASE WHEN NOT given.call_record_outgoing_external_enabled THEN users.call_record_outgoing_external_enabled END, false),
	coalesce(stage.call_record_outgoing_internal_enabled, CASE WHEN NOT given.call_record_outgoing_internal_enabled THEN users.call_record_outgoing_internal_enabled END, false),
	coalesce(stage.call_record_incoming_external_enabled, CASE WHEN NOT given.call_record_incoming_external_enabled THEN users.call_record_incoming_external_enabled END, false),
	coalesce(stage.call_record_incoming_internal_enabled, CASE WHEN NOT given.call_record_incoming_internal_enabled THEN users.call_record_incoming_internal_enabled END, false),
	coalesce(stage.online_call_record_enabled, CASE WHEN NOT given.online_call_record_enabled THEN users.online_call_record_enabled END, false),
	coalesce(stage.simultaneous_calls, CASE WHEN NOT given.simultaneous_calls THEN users.simultaneous_calls END, 5),
	coalesce(stage.ring_seconds, CASE WHEN NOT given.ring_seconds THEN users.ring_seconds END, 30),
	coalesce(stage.call_permission_password, CASE WHEN NOT given.call_permission_password OR 'call_permission_password' = ANY (stage.kept) THEN users.call_permission_password END),
	coalesce(stage.userfield, CASE WHEN NOT given.userfield THEN users.userfield END),
	coalesce(stage.username, CASE WHEN NOT given.username THEN users.username END),
	coalesce(stage.cti_profile_enabled, CASE WHEN NOT given.cti_profile_enabled THEN users.cti_profile_enabled END, false),
	-- end
	CASE WHEN plan.plain_password THEN hash.hash ELSE plan.password END, plan.cti_profile_id, plan.voicemail_id
)
FROM plan
JOIN stage USING (row_number)
CROSS JOIN given
LEFT JOIN hash USING (row_number)
WHERE users.tenant_id = plan.tenant_id AND users.id = plan.user_id AND plan.touches_user
	AND (SELECT current_setting('rollcall.rehearsal', true)) IS DISTINCT FROM 'on';

SELECT set_config('rollcall.changing', '', true);

-- A check compares a user's own columns without writing them (update/changes.sql).  It writes only
-- what other columns show: the names of a profile, the cells of a voicemail.
WITH changed AS (
	UPDATE users
	SET cti_profile_id = plan.cti_profile_id, voicemail_id = plan.voicemail_id
	FROM plan
	WHERE users.tenant_id = plan.tenant_id AND users.id = plan.user_id AND plan.touches_user
		AND (users.cti_profile_id, users.voicemail_id) IS DISTINCT FROM (plan.cti_profile_id, plan.voicemail_id)
		AND (SELECT current_setting('rollcall.rehearsal', true)) = 'on'
	RETURNING plan.row_number
)
INSERT INTO touched (row_number, what)
SELECT row_number, 'reference' FROM changed;

WITH made AS (
	INSERT INTO users (
		-- each column kept in users: {kept},
		subscription_type, firstname, lastname, email, language, mobile_phone_number,
		outgoing_caller_id, enabled, supervision_enabled, call_transfer_enabled, dtmf_hangup_enabled,
		call_record_outgoing_external_enabled, call_record_outgoing_internal_enabled,
		call_record_incoming_external_enabled, call_record_incoming_internal_enabled,
		online_call_record_enabled, simultaneous_calls, ring_seconds, call_permission_password,
		userfield, username, cti_profile_enabled,
		-- end
		tenant_id, id, uuid, password_hash, cti_profile_id, voicemail_id)
	SELECT
		-- each column kept in users: wanted_user.{name},
		wanted_user.subscription_type, wanted_user.firstname, wanted_user.lastname, wanted_user.email,
		wanted_user.language, wanted_user.mobile_phone_number, wanted_user.outgoing_caller_id,
		wanted_user.enabled, wanted_user.supervision_enabled, wanted_user.call_transfer_enabled,
		wanted_user.dtmf_hangup_enabled, wanted_user.call_record_outgoing_external_enabled,
		wanted_user.call_record_outgoing_internal_enabled,
		wanted_user.call_record_incoming_external_enabled,
		wanted_user.call_record_incoming_internal_enabled, wanted_user.online_call_record_enabled,
		wanted_user.simultaneous_calls, wanted_user.ring_seconds,
		wanted_user.call_permission_password, wanted_user.userfield, wanted_user.username,
		wanted_user.cti_profile_enabled,
		-- end
		plan.tenant_id, plan.user_id, plan.uuid,
		CASE WHEN plan.plain_password THEN hash.hash ELSE plan.password END, plan.cti_profile_id, plan.voicemail_id
	FROM plan
	JOIN wanted_user USING (row_number)
	LEFT JOIN hash USING (row_number)
	WHERE plan.is_new
	RETURNING id
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'user', 'created'
FROM plan
JOIN made ON made.id = plan.user_id;
