-- The uses of a thing of the setup: it cannot be deleted while there is one.  `what` is a user (ref:
-- users.id), a number or voicemail without an owner, a trunk; for an entity anything in it.
CREATE OR REPLACE VIEW setup_use WITH (security_invoker = true) AS
	SELECT 'contexts' AS resource, l.tenant_id, l.context_id AS id, 'user' AS what, l.user_id AS ref FROM line l
	UNION ALL
	SELECT 'contexts', x.tenant_id, x.context_id, 'extension', x.id FROM extension x WHERE x.line_id IS NULL
	UNION ALL
	SELECT 'contexts', i.tenant_id, i.context_id, 'incall', i.id FROM incall i
	UNION ALL
	SELECT 'contexts', v.tenant_id, v.context_id, 'voicemail', v.id FROM voicemail v
	UNION ALL
	SELECT 'contexts', k.tenant_id, k.context_id, 'trunk', k.id FROM trunk k WHERE k.context_id IS NOT NULL
	UNION ALL
	SELECT 'contexts', i.tenant_id, i.included_id, 'contexts', i.context_id FROM context_include i
	UNION ALL
	SELECT 'call_permissions', m.tenant_id, m.call_permission_id, 'user', m.user_id FROM user_call_permission m
	UNION ALL
	SELECT 'labels', m.tenant_id, m.label_id, 'user', m.user_id FROM user_label m
	UNION ALL
	SELECT 'cti_profiles', u.tenant_id, u.cti_profile_id, 'user', u.id FROM users u WHERE u.cti_profile_id IS NOT NULL
	UNION ALL
	SELECT 'template_lines', l.tenant_id, l.line_template_id, 'user', l.user_id FROM line l
	UNION ALL
	SELECT 'tenants', u.tenant_id, u.tenant_id, 'user', u.id FROM users u
	UNION ALL
	SELECT 'tenants', o.tenant_id, o.tenant_id, o.resource, o.id FROM setup_object o
	WHERE o.resource <> 'tenants' AND NOT (o.resource = 'template_lines' AND o.name = 'default')
	UNION ALL
	SELECT 'tenants', j.tenant_id, j.tenant_id, 'job', j.id FROM job j WHERE j.tenant_id IS NOT NULL;
GRANT SELECT ON setup_use TO rollcall_web;
