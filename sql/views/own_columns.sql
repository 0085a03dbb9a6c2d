-- Of the users' own columns those that a file with these columns sets: its name, where each is kept, and what an
-- update makes of it, as an expression over stage and users (sql/shared/stage.sql).  Statements for
-- many rows are made of these alone, because a row costs what is looked at.
DROP FUNCTION IF EXISTS own_columns(text[]);
CREATE FUNCTION own_columns(names text[]) RETURNS TABLE (name text, kept text, wanted text)
LANGUAGE sql STABLE
AS $$
	SELECT name, kept, CASE
		WHEN NOT name = ANY (names) THEN format('coalesce(stage.%I, users.%I, %s)', name, kept, filled)
		WHEN kept = ANY (secret_columns()) THEN format('coalesce(stage.%1$I, CASE WHEN %1$L = ANY (stage.kept) THEN users.%2$I END, %3$s)',
			name, kept, filled)
		ELSE filled END
	FROM (VALUES
		-- each column kept in users: ('{name}', '{kept}', '{filled stage}')
		('subscription_type', 'subscription_type', 'coalesce(stage.subscription_type, 0)'),
		('firstname', 'firstname', 'stage.firstname'), ('lastname', 'lastname', 'stage.lastname'),
		('email', 'email', 'stage.email'), ('language', 'language', 'stage.language'),
		('mobile_phone_number', 'mobile_phone_number', 'stage.mobile_phone_number'),
		('outgoing_caller_id', 'outgoing_caller_id', 'stage.outgoing_caller_id'),
		('enabled', 'enabled', 'coalesce(stage.enabled, true)'),
		('supervision_enabled', 'supervision_enabled', 'coalesce(stage.supervision_enabled, true)'),
		('call_transfer_enabled', 'call_transfer_enabled', 'coalesce(stage.call_transfer_enabled, false)'),
		('dtmf_hangup_enabled', 'dtmf_hangup_enabled', 'coalesce(stage.dtmf_hangup_enabled, false)'),
		('call_record_outgoing_external_enabled', 'call_record_outgoing_external_enabled', 'coalesce(stage.call_record_outgoing_external_enabled, false)'),
		('call_record_outgoing_internal_enabled', 'call_record_outgoing_internal_enabled', 'coalesce(stage.call_record_outgoing_internal_enabled, false)'),
		('call_record_incoming_external_enabled', 'call_record_incoming_external_enabled', 'coalesce(stage.call_record_incoming_external_enabled, false)'),
		('call_record_incoming_internal_enabled', 'call_record_incoming_internal_enabled', 'coalesce(stage.call_record_incoming_internal_enabled, false)'),
		('online_call_record_enabled', 'online_call_record_enabled', 'coalesce(stage.online_call_record_enabled, false)'),
		('simultaneous_calls', 'simultaneous_calls', 'coalesce(stage.simultaneous_calls, 5)'),
		('ring_seconds', 'ring_seconds', 'coalesce(stage.ring_seconds, 30)'),
		('call_permission_password', 'call_permission_password', 'stage.call_permission_password'),
		('userfield', 'userfield', 'stage.userfield'), ('username', 'username', 'stage.username'),
		('cti_profile_enabled', 'cti_profile_enabled', 'coalesce(stage.cti_profile_enabled, false)')
		-- end
	) AS own (name, kept, filled)
	-- An older column stands for four.
	WHERE name = ANY (names) OR name LIKE 'call\_record\_%' AND 'call_record_enabled' = ANY (names)
$$;
