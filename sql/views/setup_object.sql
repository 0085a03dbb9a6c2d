-- The things of the setup as in the setup file: one row for each thing, with the name of its list.
-- Administrators are in admin_objects.
CREATE OR REPLACE VIEW setup_object WITH (security_invoker = true) AS
	SELECT 'tenants' AS resource, t.id AS tenant_id, t.id::bigint AS id, t.name,
		json_build_object('name', t.name, 'uuid', t.uuid, 'emergency_numbers',
			(SELECT coalesce(json_agg(e.number ORDER BY e.number), '[]') FROM emergency_number e WHERE e.tenant_id = t.id)) AS object
	FROM tenant t
	UNION ALL
	SELECT 'contexts', c.tenant_id, c.id, c.name, json_build_object('name', c.name, 'type', c.type, 'ranges', (
		SELECT coalesce(json_agg(json_strip_nulls(json_build_object('kind', r.kind, 'start', r.range_start,
			'end', r.range_end, 'did_length', nullif(r.did_length, 0)))
			ORDER BY r.kind, length(r.low), r.low), '[]')
		FROM context_range r WHERE (r.tenant_id, r.context_id) = (c.tenant_id, c.id)),
		'reserved', (SELECT coalesce(json_agg(s.number ORDER BY length(s.number), s.number), '[]')
			FROM context_reserved s WHERE (s.tenant_id, s.context_id) = (c.tenant_id, c.id)),
		'includes', (SELECT coalesce(json_agg(o.name ORDER BY o.name COLLATE "C"), '[]')
			FROM context_include i JOIN context o ON (o.tenant_id, o.id) = (i.tenant_id, i.included_id)
			WHERE (i.tenant_id, i.context_id) = (c.tenant_id, c.id)))
	FROM context c
	UNION ALL
	SELECT 'call_permissions', p.tenant_id, p.id, p.name, json_build_object('name', p.name, 'rules', (
		SELECT coalesce(json_agg(json_strip_nulls(json_build_object('pattern', r.pattern, 'allow', r.allow,
			'password', r.password)) ORDER BY r.pattern COLLATE "C"), '[]')
		FROM call_permission_rule r WHERE (r.tenant_id, r.call_permission_id) = (p.tenant_id, p.id)))
	FROM call_permission p
	UNION ALL
	SELECT 'labels', l.tenant_id, l.id, l.name, json_build_object('name', l.name) FROM label l
	UNION ALL
	SELECT 'cti_profiles', p.tenant_id, p.id, p.name, json_build_object('name', p.name) FROM cti_profile p
	UNION ALL
	SELECT 'template_lines', l.tenant_id, l.id, l.name, json_build_object('name', l.name) FROM line_template l
	UNION ALL
	SELECT 'trunks', k.tenant_id, k.id, k.name, json_strip_nulls(json_build_object('name', k.name, 'address',
		CASE WHEN k.host LIKE '%:%' THEN '[' || k.host || ']' ELSE k.host END || coalesce(':' || k.port, ''),
		'transport', k.transport, 'identify', k.identify, 'username', k.username, 'password',
		-- The web role may not read it: a mask, where there is one.
		CASE WHEN has_column_privilege('trunk', 'secret', 'SELECT') THEN trunk_secret(k.tenant_id, k.id)
		WHEN k.username IS NOT NULL THEN '********' END,
		'realm', k.realm, 'tls_name', k.tls_name, 'context', c.name, 'number', k.number, 'prefix', k.prefix,
		'strip', nullif(k.strip, 0)))
	FROM trunk k LEFT JOIN context c ON (c.tenant_id, c.id) = (k.tenant_id, k.context_id)
	UNION ALL
	-- Of the whole installation: of no tenant.
	SELECT 'telephony', NULL, 1, realm, json_strip_nulls(json_build_object('realm', realm, 'voicemail_server', voicemail_server,
		'media_server', media_server))
	FROM telephony;
GRANT SELECT ON setup_object TO rollcall_web;

-- The same with masks in place of secrets.
CREATE OR REPLACE FUNCTION setup_masked(object jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
	SELECT object
		|| CASE WHEN object ? 'password' THEN '{"password": "********"}'::jsonb ELSE '{}' END
		|| CASE WHEN object ? 'rules' THEN jsonb_build_object('rules', (
			SELECT coalesce(jsonb_agg(r || CASE WHEN r ? 'password' THEN '{"password": "********"}'::jsonb ELSE '{}' END
				ORDER BY n), '[]')
			FROM jsonb_array_elements(object -> 'rules') WITH ORDINALITY AS list (r, n))) ELSE '{}' END
$$;

-- The object that was sent for a stored thing, with the stored secret in place of each mask; the secret of a
-- rule is found by the rule's pattern.
CREATE OR REPLACE FUNCTION setup_unmasked(sent jsonb, stored jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
	SELECT sent
		|| CASE WHEN sent ->> 'password' = '********' AND stored ? 'password'
			THEN jsonb_build_object('password', stored -> 'password') ELSE '{}' END
		|| CASE WHEN jsonb_typeof(sent -> 'rules') = 'array' THEN jsonb_build_object('rules', (
			SELECT coalesce(jsonb_agg(CASE WHEN r ->> 'password' = '********' AND old ? 'password'
				THEN r || jsonb_build_object('password', old -> 'password') ELSE r END ORDER BY n), '[]')
			FROM jsonb_array_elements(sent -> 'rules') WITH ORDINALITY AS list (r, n)
			LEFT JOIN LATERAL (SELECT o FROM jsonb_array_elements(stored -> 'rules') o
				WHERE jsonb_typeof(r) = 'object' AND o ->> 'pattern' = r ->> 'pattern' LIMIT 1) stored_rule (old) ON true)) ELSE '{}' END
$$;
