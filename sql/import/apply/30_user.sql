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
	-- each column kept in users: {filled plan_of_import},
	coalesce(plan_of_import.subscription_type, 0), plan_of_import.firstname, plan_of_import.lastname,
	plan_of_import.email, plan_of_import.language, plan_of_import.mobile_phone_number,
	plan_of_import.outgoing_caller_id, coalesce(plan_of_import.enabled, true),
	coalesce(plan_of_import.supervision_enabled, true),
	coalesce(plan_of_import.call_transfer_enabled, false),
	coalesce(plan_of_import.dtmf_hangup_enabled, false),
	coalesce(plan_of_import.call_record_outgoing_external_enabled, false),
	coalesce(plan_of_import.call_record_outgoing_internal_enabled, false),
	coalesce(plan_of_import.call_record_incoming_external_enabled, false),
	coalesce(plan_of_import.call_record_incoming_internal_enabled, false),
	coalesce(plan_of_import.online_call_record_enabled, false),
	coalesce(plan_of_import.simultaneous_calls, 5), coalesce(plan_of_import.ring_seconds, 30),
	plan_of_import.call_permission_password, plan_of_import.userfield, plan_of_import.username,
	coalesce(plan_of_import.cti_profile_enabled, false),
	-- end
	plan_of_import.tenant_id, plan_of_import.new_user_id, plan_of_import.new_uuid, coalesce(hash.hash, plan_of_import.password),
	plan_of_import.cti_profile_id, coalesce(plan_of_import.voicemail_id, plan_of_import.made_voicemail_id)
FROM plan_of_import
LEFT JOIN hash USING (row_number);
