-- The registered phones of users (the view registration).  Row level security shows the
-- scope's tenants only.  Times are ISO 8601 in UTC.

-- name: phones_of_user
SELECT r.address, r.transport, r.user_agent,
	to_char(r.registered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
FROM users u
JOIN registration r ON r.tenant_id = u.tenant_id AND r.user_id = u.id
WHERE u.uuid = $1::uuid
ORDER BY r.registered_at DESC;

-- The lines that can register, with their registered phones: one row for each phone, and one for each line
-- without any.  $1: only lines without any, of users who are enabled.
-- name: phones_list
SELECT t.name AS entity, concat_ws(' ', u.firstname, u.lastname) AS name, x.exten, l.sip_username,
	CASE WHEN NOT u.enabled THEN 'disabled' WHEN r.user_id IS NULL THEN 'not registered' ELSE 'registered' END AS state,
	to_char(r.registered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
	r.address, r.user_agent
FROM line l
JOIN users u ON u.tenant_id = l.tenant_id AND u.id = l.user_id
JOIN tenant t ON t.id = l.tenant_id
LEFT JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id
LEFT JOIN registration r ON r.tenant_id = l.tenant_id AND r.user_id = l.user_id
WHERE l.sip_username IS NOT NULL AND (NOT $1::boolean OR (u.enabled AND r.user_id IS NULL))
ORDER BY l.tenant_id, lpad(x.exten, 41, '0') NULLS LAST, l.id, r.registered_at;
