-- The rows whose users' own columns would be others: compared once, for applying and for a check.
INSERT INTO own_change
SELECT row_number
FROM wanted_user
WHERE NOT is_new AND (
	-- each column kept in users: old_{name}
	old_subscription_type, old_firstname, old_lastname, old_email, old_language, old_mobile_phone_number,
	old_outgoing_caller_id, old_enabled, old_supervision_enabled, old_call_transfer_enabled,
	old_dtmf_hangup_enabled, old_call_record_outgoing_external_enabled,
	old_call_record_outgoing_internal_enabled, old_call_record_incoming_external_enabled,
	old_call_record_incoming_internal_enabled, old_online_call_record_enabled, old_simultaneous_calls,
	old_ring_seconds, old_call_permission_password, old_userfield, old_username, old_cti_profile_enabled
	-- end
) IS DISTINCT FROM (
	-- each column kept in users: {name}
	subscription_type, firstname, lastname, email, language, mobile_phone_number, outgoing_caller_id,
	enabled, supervision_enabled, call_transfer_enabled, dtmf_hangup_enabled,
	call_record_outgoing_external_enabled, call_record_outgoing_internal_enabled,
	call_record_incoming_external_enabled, call_record_incoming_internal_enabled,
	online_call_record_enabled, simultaneous_calls, ring_seconds, call_permission_password, userfield,
	username, cti_profile_enabled
	-- end
);
