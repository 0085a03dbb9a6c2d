-- A user as the API shows it, with all its resources.  Row level security is the caller's.
--
-- A line has its number and its SIP account twice: flat, and nested as clients of the
-- older service read them (lines[].extensions[], lines[].endpoint_sip,
-- incalls[].extensions[]).
CREATE OR REPLACE FUNCTION user_object(u users, secrets boolean) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
	SELECT row_to_json(object)
	FROM (
		SELECT u.id, u.uuid, u.tenant_id AS entity_id,
			(SELECT t.uuid FROM tenant t WHERE t.id = u.tenant_id) AS tenant_uuid,
			-- each column kept in users: {own u},
			u.subscription_type, u.firstname, u.lastname, u.email, u.language,
			u.mobile_phone_number, u.outgoing_caller_id, u.enabled, u.supervision_enabled,
			u.call_transfer_enabled, u.dtmf_hangup_enabled,
			u.call_record_outgoing_external_enabled, u.call_record_outgoing_internal_enabled,
			u.call_record_incoming_external_enabled, u.call_record_incoming_internal_enabled,
			u.online_call_record_enabled, u.simultaneous_calls, u.ring_seconds,
			CASE WHEN secrets OR u.call_permission_password IS NULL THEN u.call_permission_password ELSE '********' END AS call_permission_password,
			u.userfield, u.username, u.cti_profile_enabled,
			-- end
			CASE WHEN u.password_hash IS NOT NULL THEN '********' END AS password,
			(SELECT p.name FROM cti_profile p
				WHERE p.tenant_id = u.tenant_id AND p.id = u.cti_profile_id) AS cti_profile_name,
			coalesce((SELECT json_agg(json_build_object('id', l.id, 'uuid', l.uuid,
					-- each column kept in line: '{kept}', {masked l},
					'protocol', l.protocol, 'sip_username', l.sip_username,
					'sip_secret', CASE WHEN secrets OR l.sip_secret IS NULL THEN l.sip_secret ELSE '********' END,
					-- end
					'context', c.name, 'line_site', s.name, 'provisioning_code', l.provisioning_code::text,
					'registrations', coalesce((SELECT json_agg(json_build_object(
							'since', to_char(r.registered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
							'address', r.address, 'transport', r.transport, 'user_agent', r.user_agent)
							ORDER BY r.registered_at DESC)
						FROM registration r
						WHERE r.tenant_id = l.tenant_id AND r.user_id = l.user_id), '[]'),
					'name', l.sip_username,
					'endpoint_sip', CASE WHEN l.protocol <> 'sccp' THEN json_build_object('uuid', l.uuid,
						'name', l.sip_username, 'label', NULL, 'username', l.sip_username,
						'auth_section_options', json_build_array(json_build_array('username', l.sip_username),
							json_build_array('password', CASE WHEN secrets THEN l.sip_secret ELSE '********' END))) END,
					'endpoint_sccp', CASE WHEN l.protocol = 'sccp' THEN json_build_object('id', l.id) END,
					'endpoint_custom', NULL,
					'extensions', coalesce((SELECT json_agg(json_build_object('id', x.id, 'exten', x.exten,
							'context', k.name))
						FROM extension x
						JOIN context k ON k.tenant_id = x.tenant_id AND k.id = x.context_id
						WHERE x.tenant_id = l.tenant_id AND x.line_id = l.id), '[]')))
				FROM line l
				JOIN context c ON c.tenant_id = l.tenant_id AND c.id = l.context_id
				JOIN line_template s ON s.tenant_id = l.tenant_id AND s.id = l.line_template_id
				WHERE l.tenant_id = u.tenant_id AND l.user_id = u.id), '[]') AS lines,
			coalesce((SELECT json_agg(json_build_object('id', x.id, 'exten', x.exten,
					'context', c.name))
				FROM line l
				JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id
				JOIN context c ON c.tenant_id = x.tenant_id AND c.id = x.context_id
				WHERE l.tenant_id = u.tenant_id AND l.user_id = u.id), '[]') AS extensions,
			coalesce((SELECT json_agg(json_build_object('id', i.id, 'exten', i.exten,
					'context', c.name, 'ring_seconds', i.ring_seconds,
					'extensions', json_build_array(json_build_object('id', i.id, 'exten', i.exten,
						'context', c.name))) ORDER BY i.id)
				FROM incall i
				JOIN context c ON c.tenant_id = i.tenant_id AND c.id = i.context_id
				WHERE i.tenant_id = u.tenant_id AND i.user_id = u.id), '[]') AS incalls,
			(SELECT json_build_object('id', v.id,
					-- each column kept in voicemail: '{kept}', {masked v},
					'name', v.name, 'number', v.number,
					'password', CASE WHEN secrets OR v.password IS NULL THEN v.password ELSE '********' END,
					'email', v.email, 'attach_audio', v.attach_audio,
					'delete_messages', v.delete_messages, 'ask_password', v.ask_password,
					-- end
					'context', c.name)
				FROM voicemail v
				JOIN context c ON c.tenant_id = v.tenant_id AND c.id = v.context_id
				WHERE v.tenant_id = u.tenant_id AND v.id = u.voicemail_id) AS voicemail,
			coalesce((SELECT json_agg(json_build_object('id', p.id, 'name', p.name)
					ORDER BY p.id)
				FROM user_call_permission m
				JOIN call_permission p ON p.tenant_id = m.tenant_id AND p.id = m.call_permission_id
				WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id), '[]') AS call_permissions,
			coalesce((SELECT json_agg(json_build_object('id', b.id, 'name', b.name) ORDER BY b.id)
				FROM user_label m
				JOIN label b ON b.tenant_id = m.tenant_id AND b.id = m.label_id
				WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id), '[]') AS labels
	) object
$$;
