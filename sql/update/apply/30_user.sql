-- Users: changed where their own values differ from what the file wants, then made.

-- What keeps the changes looks at these columns alone.
SELECT set_config('rollcall.changing', ARRAY(
	SELECT kept FROM own_columns(ARRAY(SELECT column_name FROM position))
	UNION
	SELECT kept
	FROM (VALUES
		-- each column of voicemail: ('{name}', 'voicemail_id'),
		('voicemail_name', 'voicemail_id'), ('voicemail_number', 'voicemail_id'),
		('voicemail_context', 'voicemail_id'), ('voicemail_password', 'voicemail_id'),
		('voicemail_email', 'voicemail_id'), ('voicemail_attach_audio', 'voicemail_id'),
		('voicemail_delete_messages', 'voicemail_id'), ('voicemail_ask_password', 'voicemail_id'),
		-- end
		('password', 'password_hash'), ('cti_profile_name', 'cti_profile_id')
	) AS cell (name, kept)
	WHERE name IN (SELECT column_name FROM position))::text, true);

-- Each row costs what may be set: the columns of the file alone.
DO $users$
DECLARE
	changing constant text[] := current_setting('rollcall.changing')::text[];
	own constant text := (SELECT string_agg(format('%I = %s', kept, wanted), ', ') FROM own_columns(ARRAY(SELECT column_name FROM position)));
BEGIN
	IF current_setting('rollcall.rehearsal', true) IS DISTINCT FROM 'on' AND changing <> '{}' THEN
		EXECUTE format($sql$
			UPDATE users
			SET %s
			FROM plan
			%s
			WHERE users.tenant_id = plan.tenant_id AND users.id = plan.user_id AND plan.touches_user $sql$,
			concat_ws(', ', own,
				CASE WHEN 'password_hash' = ANY (changing) THEN
					'password_hash = CASE WHEN plan.plain_password THEN hash.hash ELSE plan.password END' END,
				CASE WHEN 'cti_profile_id' = ANY (changing) THEN 'cti_profile_id = plan.cti_profile_id' END,
				CASE WHEN 'voicemail_id' = ANY (changing) THEN 'voicemail_id = plan.voicemail_id' END),
			concat_ws(' ', CASE WHEN own IS NOT NULL THEN 'JOIN stage USING (row_number)' END,
				CASE WHEN 'password_hash' = ANY (changing) THEN 'LEFT JOIN hash USING (row_number)' END));
	END IF;
END
$users$;

SELECT set_config('rollcall.changing', '', true);

-- A check compares a user's own columns without writing them (update/changes.sql).  It writes only
-- what other columns show: the names of a profile, the cells of a voicemail.
WITH changed AS (
	UPDATE users
	SET cti_profile_id = plan.cti_profile_id, voicemail_id = plan.voicemail_id
	FROM plan
	WHERE users.tenant_id = plan.tenant_id AND users.id = plan.user_id AND plan.touches_user
		AND (users.cti_profile_id, users.voicemail_id) IS DISTINCT FROM (plan.cti_profile_id, plan.voicemail_id)
		-- A plan of the users' own columns alone does not have them.
		AND (SELECT 'cti_profile_name' = ANY (names) OR true IN (
			-- each column of voicemail: '{name}' = ANY (names)
			'voicemail_name' = ANY (names), 'voicemail_number' = ANY (names),
			'voicemail_context' = ANY (names), 'voicemail_password' = ANY (names),
			'voicemail_email' = ANY (names), 'voicemail_attach_audio' = ANY (names),
			'voicemail_delete_messages' = ANY (names), 'voicemail_ask_password' = ANY (names)
			-- end
			) FROM (SELECT ARRAY(SELECT column_name FROM position) AS names) file)
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
