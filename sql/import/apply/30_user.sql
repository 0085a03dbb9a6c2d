-- Every row is a user.
INSERT INTO users (tenant_id, id, uuid, subscription_type, firstname, lastname, email, language,
	mobile_phone_number, outgoing_caller_id, enabled, supervision_enabled, call_transfer_enabled,
	dtmf_hangup_enabled, call_record_outgoing_external_enabled,
	call_record_outgoing_internal_enabled, call_record_incoming_external_enabled,
	call_record_incoming_internal_enabled, online_call_record_enabled, simultaneous_calls,
	ring_seconds, call_permission_password, userfield, username, password_hash,
	cti_profile_enabled, cti_profile_id, voicemail_id)
SELECT plan.tenant_id, plan.user_id, plan.new_uuid, coalesce(subscription_type, 0),
	firstname, lastname, email, language, mobile_phone_number, outgoing_caller_id,
	coalesce(enabled, true), coalesce(supervision_enabled, true),
	coalesce(call_transfer_enabled, false), coalesce(dtmf_hangup_enabled, false),
	coalesce(call_record_outgoing_external_enabled, false),
	coalesce(call_record_outgoing_internal_enabled, false),
	coalesce(call_record_incoming_external_enabled, false),
	coalesce(call_record_incoming_internal_enabled, false),
	coalesce(online_call_record_enabled, false), coalesce(simultaneous_calls, 5),
	coalesce(ring_seconds, 30), call_permission_password, userfield, username,
	coalesce(hash.hash, password), coalesce(cti_profile_enabled, false), cti_profile_id,
	coalesce(plan.voicemail_id, made.id)
FROM plan
LEFT JOIN hash USING (row_number)
LEFT JOIN made_voicemail made ON made.tenant_id = plan.tenant_id
	AND made.context_id = plan.voicemail_context_id AND made.number = plan.voicemail_number;
