-- Makes a user of each row.
INSERT INTO users (
	-- each column kept in users: {kept},
	subscription_type, firstname, lastname, email, language, mobile_phone_number, outgoing_caller_id,
	enabled, supervision_enabled, call_transfer_enabled, dtmf_hangup_enabled,
	call_record_outgoing_external_enabled, call_record_outgoing_internal_enabled,
	call_record_incoming_external_enabled, call_record_incoming_internal_enabled,
	online_call_record_enabled, simultaneous_calls, ring_seconds, call_permission_password, userfield,
	username, cti_profile_enabled,
	-- end
	tenant_id, id, uuid, password_hash, cti_profile_id, voicemail_id)
SELECT
	-- each column kept in users: {filled stage},
	coalesce(stage.subscription_type, 0), stage.firstname, stage.lastname, stage.email, stage.language,
	stage.mobile_phone_number, stage.outgoing_caller_id, coalesce(stage.enabled, true),
	coalesce(stage.supervision_enabled, true), coalesce(stage.call_transfer_enabled, false),
	coalesce(stage.dtmf_hangup_enabled, false),
	coalesce(stage.call_record_outgoing_external_enabled, false),
	coalesce(stage.call_record_outgoing_internal_enabled, false),
	coalesce(stage.call_record_incoming_external_enabled, false),
	coalesce(stage.call_record_incoming_internal_enabled, false),
	coalesce(stage.online_call_record_enabled, false), coalesce(stage.simultaneous_calls, 5),
	coalesce(stage.ring_seconds, 30), stage.call_permission_password, stage.userfield, stage.username,
	coalesce(stage.cti_profile_enabled, false),
	-- end
	plan.tenant_id, plan.user_id, plan.new_uuid, coalesce(hash.hash, plan.password), plan.cti_profile_id,
	coalesce(plan.voicemail_id, plan.made_voicemail_id)
FROM plan
JOIN stage USING (row_number)
LEFT JOIN hash USING (row_number);
