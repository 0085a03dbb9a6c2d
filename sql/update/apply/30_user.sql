-- Users whose own values differ from what the file wants.
WITH wanted AS (
	SELECT plan.*, CASE WHEN plain_password THEN hash.hash ELSE password END AS password_hash
	FROM plan
	LEFT JOIN hash USING (row_number)
), changed AS (
	UPDATE users
	SET (
		subscription_type, firstname, lastname, email, language, mobile_phone_number,
		outgoing_caller_id, enabled, supervision_enabled, call_transfer_enabled,
		dtmf_hangup_enabled, call_record_outgoing_external_enabled,
		call_record_outgoing_internal_enabled, call_record_incoming_external_enabled,
		call_record_incoming_internal_enabled, online_call_record_enabled,
		simultaneous_calls, ring_seconds, call_permission_password, userfield, username,
		password_hash, cti_profile_enabled, cti_profile_id, voicemail_id
	) = (
		wanted.subscription_type, wanted.firstname, wanted.lastname, wanted.email,
		wanted.language, wanted.mobile_phone_number, wanted.outgoing_caller_id,
		wanted.enabled, wanted.supervision_enabled, wanted.call_transfer_enabled,
		wanted.dtmf_hangup_enabled, wanted.call_record_outgoing_external_enabled,
		wanted.call_record_outgoing_internal_enabled,
		wanted.call_record_incoming_external_enabled,
		wanted.call_record_incoming_internal_enabled, wanted.online_call_record_enabled,
		wanted.simultaneous_calls, wanted.ring_seconds, wanted.call_permission_password,
		wanted.userfield, wanted.username, wanted.password_hash,
		wanted.cti_profile_enabled, wanted.cti_profile_id, wanted.voicemail_id
	)
	FROM wanted
	WHERE users.tenant_id = wanted.tenant_id AND users.id = wanted.user_id AND (
		users.subscription_type, users.firstname, users.lastname, users.email,
		users.language, users.mobile_phone_number, users.outgoing_caller_id, users.enabled,
		users.supervision_enabled, users.call_transfer_enabled, users.dtmf_hangup_enabled,
		users.call_record_outgoing_external_enabled,
		users.call_record_outgoing_internal_enabled,
		users.call_record_incoming_external_enabled,
		users.call_record_incoming_internal_enabled, users.online_call_record_enabled,
		users.simultaneous_calls, users.ring_seconds, users.call_permission_password,
		users.userfield, users.username, users.password_hash, users.cti_profile_enabled,
		users.cti_profile_id, users.voicemail_id
	) IS DISTINCT FROM (
		wanted.subscription_type, wanted.firstname, wanted.lastname, wanted.email,
		wanted.language, wanted.mobile_phone_number, wanted.outgoing_caller_id,
		wanted.enabled, wanted.supervision_enabled, wanted.call_transfer_enabled,
		wanted.dtmf_hangup_enabled, wanted.call_record_outgoing_external_enabled,
		wanted.call_record_outgoing_internal_enabled,
		wanted.call_record_incoming_external_enabled,
		wanted.call_record_incoming_internal_enabled, wanted.online_call_record_enabled,
		wanted.simultaneous_calls, wanted.ring_seconds, wanted.call_permission_password,
		wanted.userfield, wanted.username, wanted.password_hash,
		wanted.cti_profile_enabled, wanted.cti_profile_id, wanted.voicemail_id
	)
	RETURNING wanted.row_number
)
INSERT INTO touched (row_number, what)
SELECT row_number, 'user' FROM changed;
