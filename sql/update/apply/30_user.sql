-- Users: changed where their own values differ from what the file wants, then made.
INSERT INTO touched (row_number, what)
SELECT plan.row_number, 'user'
FROM plan
JOIN users ON users.tenant_id = plan.tenant_id AND users.id = plan.user_id
LEFT JOIN hash USING (row_number)
WHERE plan.row_number IN (SELECT row_number FROM own_change)
	OR (users.password_hash, users.cti_profile_id, users.voicemail_id)
		IS DISTINCT FROM (CASE WHEN plan.plain_password THEN hash.hash ELSE plan.password END, plan.cti_profile_id, plan.voicemail_id);

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
	-- each column kept in users: wanted.{name},
	wanted.subscription_type, wanted.firstname, wanted.lastname, wanted.email, wanted.language,
	wanted.mobile_phone_number, wanted.outgoing_caller_id, wanted.enabled, wanted.supervision_enabled,
	wanted.call_transfer_enabled, wanted.dtmf_hangup_enabled,
	wanted.call_record_outgoing_external_enabled, wanted.call_record_outgoing_internal_enabled,
	wanted.call_record_incoming_external_enabled, wanted.call_record_incoming_internal_enabled,
	wanted.online_call_record_enabled, wanted.simultaneous_calls, wanted.ring_seconds,
	wanted.call_permission_password, wanted.userfield, wanted.username, wanted.cti_profile_enabled,
	-- end
	CASE WHEN plan.plain_password THEN hash.hash ELSE plan.password END, plan.cti_profile_id, plan.voicemail_id
)
FROM plan
JOIN wanted_user wanted USING (row_number)
LEFT JOIN hash USING (row_number)
WHERE users.tenant_id = plan.tenant_id AND users.id = plan.user_id
	AND plan.row_number IN (SELECT row_number FROM touched WHERE what = 'user')
	AND (SELECT current_setting('rollcall.rehearsal', true)) IS DISTINCT FROM 'on';

-- A check compares a user's own columns without writing them (update/changes.sql).  It writes only
-- what other columns show: the names of a profile, the cells of a voicemail.
WITH changed AS (
	UPDATE users
	SET cti_profile_id = plan.cti_profile_id, voicemail_id = plan.voicemail_id
	FROM plan
	WHERE users.tenant_id = plan.tenant_id AND users.id = plan.user_id
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
