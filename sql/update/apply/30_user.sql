-- Users: changed where their own values differ from what the file wants, then made.
WITH wanted AS (
	SELECT wanted_user.*, CASE WHEN plan.plain_password THEN hash.hash ELSE plan.password END AS password_hash,
		plan.cti_profile_id, plan.voicemail_id
	FROM plan
	JOIN wanted_user USING (row_number)
	LEFT JOIN hash USING (row_number)
), changed AS (
	UPDATE users
	SET (
		-- each column kept in users: {kept},
		subscription_type, firstname, lastname, email, language, mobile_phone_number,
		outgoing_caller_id, enabled, supervision_enabled, call_transfer_enabled, dtmf_hangup_enabled,
		call_record_outgoing_external_enabled, call_record_outgoing_internal_enabled,
		call_record_incoming_external_enabled, call_record_incoming_internal_enabled,
		online_call_record_enabled, simultaneous_calls, ring_seconds, call_permission_password,
		userfield, username, cti_profile_enabled,
		-- end
		password_hash, cti_profile_id, voicemail_id
	) = (
		-- each column kept in users: wanted.{name},
		wanted.subscription_type, wanted.firstname, wanted.lastname, wanted.email, wanted.language,
		wanted.mobile_phone_number, wanted.outgoing_caller_id, wanted.enabled,
		wanted.supervision_enabled, wanted.call_transfer_enabled, wanted.dtmf_hangup_enabled,
		wanted.call_record_outgoing_external_enabled, wanted.call_record_outgoing_internal_enabled,
		wanted.call_record_incoming_external_enabled, wanted.call_record_incoming_internal_enabled,
		wanted.online_call_record_enabled, wanted.simultaneous_calls, wanted.ring_seconds,
		wanted.call_permission_password, wanted.userfield, wanted.username,
		wanted.cti_profile_enabled,
		-- end
		wanted.password_hash, wanted.cti_profile_id, wanted.voicemail_id
	)
	FROM wanted
	WHERE users.tenant_id = wanted.tenant_id AND users.id = wanted.user_id AND (
		-- each column kept in users: users.{kept},
		users.subscription_type, users.firstname, users.lastname, users.email, users.language,
		users.mobile_phone_number, users.outgoing_caller_id, users.enabled, users.supervision_enabled,
		users.call_transfer_enabled, users.dtmf_hangup_enabled,
		users.call_record_outgoing_external_enabled, users.call_record_outgoing_internal_enabled,
		users.call_record_incoming_external_enabled, users.call_record_incoming_internal_enabled,
		users.online_call_record_enabled, users.simultaneous_calls, users.ring_seconds,
		users.call_permission_password, users.userfield, users.username, users.cti_profile_enabled,
		-- end
		users.password_hash, users.cti_profile_id, users.voicemail_id
	) IS DISTINCT FROM (
		-- each column kept in users: wanted.{name},
		wanted.subscription_type, wanted.firstname, wanted.lastname, wanted.email, wanted.language,
		wanted.mobile_phone_number, wanted.outgoing_caller_id, wanted.enabled,
		wanted.supervision_enabled, wanted.call_transfer_enabled, wanted.dtmf_hangup_enabled,
		wanted.call_record_outgoing_external_enabled, wanted.call_record_outgoing_internal_enabled,
		wanted.call_record_incoming_external_enabled, wanted.call_record_incoming_internal_enabled,
		wanted.online_call_record_enabled, wanted.simultaneous_calls, wanted.ring_seconds,
		wanted.call_permission_password, wanted.userfield, wanted.username,
		wanted.cti_profile_enabled,
		-- end
		wanted.password_hash, wanted.cti_profile_id, wanted.voicemail_id
	)
	RETURNING wanted.row_number
)
INSERT INTO touched (row_number, what)
SELECT row_number, 'user' FROM changed;

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
