-- A user as the API shows it in brief, as in the older service (view=summary).  Row level
-- security is the caller's.
CREATE OR REPLACE FUNCTION user_summary(u users) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
	SELECT json_build_object('id', u.id, 'uuid', u.uuid, 'subscription_type', u.subscription_type,
		'firstname', u.firstname, 'lastname', u.lastname, 'email', u.email, 'enabled', u.enabled,
		'provisioning_code', l.provisioning_code::text, 'protocol', l.protocol,
		'extension', x.exten, 'context', c.name)
	FROM (SELECT) one
	LEFT JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id
	LEFT JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id
	LEFT JOIN context c ON c.tenant_id = l.tenant_id AND c.id = l.context_id
$$;
