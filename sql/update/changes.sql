-- The cells that an update would change.  A plain password always counts as a change.  A value
-- that is generated when the job is applied is empty here, and provisioning codes are left out.

-- The users' own columns: what is wanted beside what is stored, each column that the file has.
WITH pair AS MATERIALIZED (
	SELECT wanted_user.*
	FROM wanted_user
	WHERE differs
), cell (row_number, column_name, old, new) AS (
	-- each column kept in users: SELECT row_number, '{name}', {text old_}, {text} FROM pair WHERE (SELECT given.{name} FROM given) AND {name} IS DISTINCT FROM old_{name} UNION ALL
	SELECT row_number, 'subscription_type', old_subscription_type::text, subscription_type::text FROM pair WHERE (SELECT given.subscription_type FROM given) AND subscription_type IS DISTINCT FROM old_subscription_type UNION ALL
	SELECT row_number, 'firstname', old_firstname, firstname FROM pair WHERE (SELECT given.firstname FROM given) AND firstname IS DISTINCT FROM old_firstname UNION ALL
	SELECT row_number, 'lastname', old_lastname, lastname FROM pair WHERE (SELECT given.lastname FROM given) AND lastname IS DISTINCT FROM old_lastname UNION ALL
	SELECT row_number, 'email', old_email, email FROM pair WHERE (SELECT given.email FROM given) AND email IS DISTINCT FROM old_email UNION ALL
	SELECT row_number, 'language', old_language, language FROM pair WHERE (SELECT given.language FROM given) AND language IS DISTINCT FROM old_language UNION ALL
	SELECT row_number, 'mobile_phone_number', old_mobile_phone_number, mobile_phone_number FROM pair WHERE (SELECT given.mobile_phone_number FROM given) AND mobile_phone_number IS DISTINCT FROM old_mobile_phone_number UNION ALL
	SELECT row_number, 'outgoing_caller_id', old_outgoing_caller_id, outgoing_caller_id FROM pair WHERE (SELECT given.outgoing_caller_id FROM given) AND outgoing_caller_id IS DISTINCT FROM old_outgoing_caller_id UNION ALL
	SELECT row_number, 'enabled', old_enabled::int::text, enabled::int::text FROM pair WHERE (SELECT given.enabled FROM given) AND enabled IS DISTINCT FROM old_enabled UNION ALL
	SELECT row_number, 'supervision_enabled', old_supervision_enabled::int::text, supervision_enabled::int::text FROM pair WHERE (SELECT given.supervision_enabled FROM given) AND supervision_enabled IS DISTINCT FROM old_supervision_enabled UNION ALL
	SELECT row_number, 'call_transfer_enabled', old_call_transfer_enabled::int::text, call_transfer_enabled::int::text FROM pair WHERE (SELECT given.call_transfer_enabled FROM given) AND call_transfer_enabled IS DISTINCT FROM old_call_transfer_enabled UNION ALL
	SELECT row_number, 'dtmf_hangup_enabled', old_dtmf_hangup_enabled::int::text, dtmf_hangup_enabled::int::text FROM pair WHERE (SELECT given.dtmf_hangup_enabled FROM given) AND dtmf_hangup_enabled IS DISTINCT FROM old_dtmf_hangup_enabled UNION ALL
	SELECT row_number, 'call_record_outgoing_external_enabled', old_call_record_outgoing_external_enabled::int::text, call_record_outgoing_external_enabled::int::text FROM pair WHERE (SELECT given.call_record_outgoing_external_enabled FROM given) AND call_record_outgoing_external_enabled IS DISTINCT FROM old_call_record_outgoing_external_enabled UNION ALL
	SELECT row_number, 'call_record_outgoing_internal_enabled', old_call_record_outgoing_internal_enabled::int::text, call_record_outgoing_internal_enabled::int::text FROM pair WHERE (SELECT given.call_record_outgoing_internal_enabled FROM given) AND call_record_outgoing_internal_enabled IS DISTINCT FROM old_call_record_outgoing_internal_enabled UNION ALL
	SELECT row_number, 'call_record_incoming_external_enabled', old_call_record_incoming_external_enabled::int::text, call_record_incoming_external_enabled::int::text FROM pair WHERE (SELECT given.call_record_incoming_external_enabled FROM given) AND call_record_incoming_external_enabled IS DISTINCT FROM old_call_record_incoming_external_enabled UNION ALL
	SELECT row_number, 'call_record_incoming_internal_enabled', old_call_record_incoming_internal_enabled::int::text, call_record_incoming_internal_enabled::int::text FROM pair WHERE (SELECT given.call_record_incoming_internal_enabled FROM given) AND call_record_incoming_internal_enabled IS DISTINCT FROM old_call_record_incoming_internal_enabled UNION ALL
	SELECT row_number, 'online_call_record_enabled', old_online_call_record_enabled::int::text, online_call_record_enabled::int::text FROM pair WHERE (SELECT given.online_call_record_enabled FROM given) AND online_call_record_enabled IS DISTINCT FROM old_online_call_record_enabled UNION ALL
	SELECT row_number, 'simultaneous_calls', old_simultaneous_calls::text, simultaneous_calls::text FROM pair WHERE (SELECT given.simultaneous_calls FROM given) AND simultaneous_calls IS DISTINCT FROM old_simultaneous_calls UNION ALL
	SELECT row_number, 'ring_seconds', old_ring_seconds::text, ring_seconds::text FROM pair WHERE (SELECT given.ring_seconds FROM given) AND ring_seconds IS DISTINCT FROM old_ring_seconds UNION ALL
	SELECT row_number, 'call_permission_password', old_call_permission_password, call_permission_password FROM pair WHERE (SELECT given.call_permission_password FROM given) AND call_permission_password IS DISTINCT FROM old_call_permission_password UNION ALL
	SELECT row_number, 'userfield', old_userfield, userfield FROM pair WHERE (SELECT given.userfield FROM given) AND userfield IS DISTINCT FROM old_userfield UNION ALL
	SELECT row_number, 'username', old_username, username FROM pair WHERE (SELECT given.username FROM given) AND username IS DISTINCT FROM old_username UNION ALL
	SELECT row_number, 'cti_profile_enabled', old_cti_profile_enabled::int::text, cti_profile_enabled::int::text FROM pair WHERE (SELECT given.cti_profile_enabled FROM given) AND cti_profile_enabled IS DISTINCT FROM old_cti_profile_enabled
	-- end
	UNION ALL
	SELECT plan.row_number, 'password', users.password_hash,
		CASE WHEN plan.plain_password THEN '********' ELSE plan.password END
	FROM plan
	JOIN users ON users.tenant_id = plan.tenant_id AND users.id = plan.user_id
	WHERE (SELECT given.password FROM given) AND (plan.plain_password OR plan.password IS DISTINCT FROM users.password_hash)
)
INSERT INTO change (row_number, n, column_name, old, new, generated)
SELECT row_number, place.attnum, column_name, old, new, false
FROM cell
JOIN pg_attribute place ON place.attrelid = 'user_row'::regclass AND place.attname = column_name;

-- Of secrets that count as changed even where they are the stored ones.
INSERT INTO change (row_number, n, column_name, old, new, generated)
SELECT secret.row_number, place.attnum, secret.column_name, cell.stored, cell.stored, false
FROM secret_given secret
JOIN plan USING (row_number)
JOIN users ON users.tenant_id = plan.tenant_id AND users.id = plan.user_id
JOIN pg_attribute place ON place.attrelid = 'user_row'::regclass AND place.attname = secret.column_name
CROSS JOIN LATERAL (SELECT CASE secret.column_name WHEN 'password' THEN users.password_hash
	ELSE users.call_permission_password END) AS cell (stored)
WHERE secret.what = 'user'
	AND (secret.row_number, secret.column_name) NOT IN (SELECT row_number, column_name FROM change);

-- All others: the users as they would be (after) beside what they are, now that applying has
-- been rolled back.  Of a user that it makes the cells that the file has, of one that it deletes all.
INSERT INTO change (row_number, n, column_name, old, new, generated)
SELECT row_number, n, column_name, old,
	CASE WHEN plain THEN '********' WHEN NOT drawn THEN new END, drawn
FROM (
	SELECT plan.row_number, plan.is_new, cell.n, names.of[cell.n] AS column_name, cell.old, cell.new,
		names.of[cell.n] = 'password' AND plan.plain_password AS plain,
		plan.line_id IS NULL AND (names.of[cell.n] = 'sip_username' AND plan.drawn
			OR names.of[cell.n] = 'sip_secret' AND plan.drawn_secret) AS drawn
	FROM after
	JOIN plan ON plan.row_number = after.row_number
	LEFT JOIN user_cells ON user_cells.uuid = plan.uuid
	CROSS JOIN (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = 'user_row'::regclass AND attnum > 0 OFFSET 0) AS names (of)
	CROSS JOIN LATERAL unnest(after.cells, user_cells.cells) WITH ORDINALITY AS cell (new, old, n)
	WHERE cell.new IS DISTINCT FROM cell.old OR (plan.row_number, names.of[cell.n]) IN (
		SELECT row_number, column_name FROM secret_given WHERE what <> 'user')
) cell
WHERE column_name <> 'provisioning_code'
	AND CASE WHEN is_new THEN drawn OR column_name IN (SELECT column_name FROM position)
		ELSE column_name NOT IN (
			-- each column kept in users: '{name}',
			'subscription_type', 'firstname', 'lastname', 'email', 'language',
			'mobile_phone_number', 'outgoing_caller_id', 'enabled', 'supervision_enabled',
			'call_transfer_enabled', 'dtmf_hangup_enabled',
			'call_record_outgoing_external_enabled', 'call_record_outgoing_internal_enabled',
			'call_record_incoming_external_enabled', 'call_record_incoming_internal_enabled',
			'online_call_record_enabled', 'simultaneous_calls', 'ring_seconds',
			'call_permission_password', 'userfield', 'username', 'cti_profile_enabled',
			-- end
			'password'
		) END;

INSERT INTO change (row_number, n, column_name, old, generated)
SELECT leaver.row_number, place.attnum, place.attname, cell.value, false
FROM deleted_user leaver
JOIN users ON users.tenant_id = leaver.tenant_id AND users.id = leaver.user_id
JOIN user_cells ON user_cells.uuid = users.uuid
CROSS JOIN LATERAL unnest(user_cells.cells) WITH ORDINALITY AS cell (value, n)
JOIN pg_attribute place ON place.attrelid = 'user_row'::regclass AND place.attnum = cell.n
WHERE cell.value <> '' AND place.attname <> 'provisioning_code';

INSERT INTO change (row_number, n, column_name, old, new, generated)
SELECT row_number, 1, 'enabled', '1', '0', false
FROM disabled_user;
