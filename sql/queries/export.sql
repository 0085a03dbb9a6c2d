-- The export: the users of the scope as the rows of a CSV file.

-- What an export's transaction goes by: $1 search and $2 context ('' for none),
-- which COPY takes no parameters for.  Compiling would take longer than it
-- saves, and a plan with nested loops over lists that belong to all users is
-- never right, whatever the planner thinks of the filter.
-- name: export_enter
SELECT set_config('rollcall.search', $1, true), set_config('rollcall.context', $2, true),
	set_config('jit', 'off', true), set_config('enable_nestloop', 'off', true);

-- One row a user.  The columns have the names of csv/fields.def, and are found
-- by them; which of them are written, and how, is said in cgi/users/export.c.
--
-- Lists are put together once for all users and then joined.  In a name of a
-- list ; and \ are escaped.  The three columns of the incoming calls are
-- parallel; where none has ring seconds their cell is empty.
--
-- The filter is that of users_list (sql/queries/users.sql).
-- name: export_users
COPY (
	SELECT u.uuid, u.tenant_id AS entity_id, u.subscription_type, u.firstname, u.lastname, u.email,
		u.language, u.mobile_phone_number, u.outgoing_caller_id, u.enabled::int,
		u.supervision_enabled::int, u.call_transfer_enabled::int, u.dtmf_hangup_enabled::int,
		u.call_record_outgoing_external_enabled::int, u.call_record_outgoing_internal_enabled::int,
		u.call_record_incoming_external_enabled::int, u.call_record_incoming_internal_enabled::int,
		u.online_call_record_enabled::int, u.simultaneous_calls, u.ring_seconds,
		u.call_permission_password, u.userfield, u.username, u.password_hash AS password,
		u.cti_profile_enabled::int, p.name AS cti_profile_name, b.labels,
		l.protocol AS line_protocol, x.exten, c.name AS context, s.name AS line_site,
		l.sip_username, l.sip_secret, l.provisioning_code,
		i.incall_exten, i.incall_context, i.incall_ring_seconds,
		v.name AS voicemail_name, v.number AS voicemail_number, vc.name AS voicemail_context,
		v.password AS voicemail_password, v.email AS voicemail_email,
		v.attach_audio::int AS voicemail_attach_audio,
		v.delete_messages::int AS voicemail_delete_messages,
		v.ask_password::int AS voicemail_ask_password, q.call_permissions
	FROM users u
	LEFT JOIN cti_profile p ON p.tenant_id = u.tenant_id AND p.id = u.cti_profile_id
	LEFT JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id
	LEFT JOIN line_template s ON s.tenant_id = l.tenant_id AND s.id = l.line_template_id
	LEFT JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id
	LEFT JOIN context c ON c.tenant_id = l.tenant_id AND c.id = l.context_id
	LEFT JOIN voicemail v ON v.tenant_id = u.tenant_id AND v.id = u.voicemail_id
	LEFT JOIN context vc ON vc.tenant_id = v.tenant_id AND vc.id = v.context_id
	LEFT JOIN (
		SELECT tenant_id, user_id, string_agg(exten, ';' ORDER BY exten, name) AS incall_exten,
			string_agg(replace(replace(name, '\', '\\'), ';', '\;'), ';' ORDER BY exten, name)
				AS incall_context,
			CASE WHEN count(ring_seconds) > 0 THEN
				string_agg(coalesce(ring_seconds::text, ''), ';' ORDER BY exten, name)
			END AS incall_ring_seconds
		FROM (
			SELECT n.tenant_id, n.user_id, n.exten, n.ring_seconds, k.name COLLATE "C" AS name
			FROM incall n
			JOIN context k ON k.tenant_id = n.tenant_id AND k.id = n.context_id
			WHERE n.user_id IS NOT NULL
		) held
		GROUP BY tenant_id, user_id
	) i ON i.tenant_id = u.tenant_id AND i.user_id = u.id
	LEFT JOIN (
		SELECT m.tenant_id, m.user_id,
			string_agg(replace(replace(g.name, '\', '\\'), ';', '\;'), ';' ORDER BY g.name COLLATE "C")
				AS labels
		FROM user_label m
		JOIN label g ON g.tenant_id = m.tenant_id AND g.id = m.label_id
		GROUP BY m.tenant_id, m.user_id
	) b ON b.tenant_id = u.tenant_id AND b.user_id = u.id
	LEFT JOIN (
		SELECT m.tenant_id, m.user_id,
			string_agg(replace(replace(g.name, '\', '\\'), ';', '\;'), ';' ORDER BY g.name COLLATE "C")
				AS call_permissions
		FROM user_call_permission m
		JOIN call_permission g ON g.tenant_id = m.tenant_id AND g.id = m.call_permission_id
		GROUP BY m.tenant_id, m.user_id
	) q ON q.tenant_id = u.tenant_id AND q.user_id = u.id
	WHERE ((SELECT current_setting('rollcall.search')) = ''
			OR strpos(lower(concat_ws(E'\n', concat_ws(' ', u.firstname, u.lastname),
				x.exten, u.email, u.username, u.userfield)),
				lower((SELECT current_setting('rollcall.search')))) > 0)
		AND ((SELECT current_setting('rollcall.context')) = ''
			OR c.name = (SELECT current_setting('rollcall.context')))
	ORDER BY u.tenant_id, u.lastname COLLATE "C" NULLS FIRST, u.firstname COLLATE "C", u.id
) TO STDOUT (HEADER);
