-- Numbers with their owners, for their pages: `kind` is extension, incall or voicemail.  A reserved number
-- that does not exist yet has no id.
CREATE OR REPLACE VIEW number_row WITH (security_invoker = true) AS
	SELECT 'extension' AS kind, x.tenant_id, x.id, x.context_id, x.exten AS number, NULL AS name,
		(u.id IS NOT NULL)::int AS owners, u.uuid, concat_ws(' ', u.firstname, u.lastname) AS owner
	FROM extension x
	LEFT JOIN line l ON (l.tenant_id, l.id) = (x.tenant_id, x.line_id)
	LEFT JOIN users u ON (u.tenant_id, u.id) = (l.tenant_id, l.user_id)
	UNION ALL
	SELECT 'incall', i.tenant_id, i.id, i.context_id, i.exten, NULL,
		(u.id IS NOT NULL)::int, u.uuid, concat_ws(' ', u.firstname, u.lastname)
	FROM incall i
	LEFT JOIN users u ON (u.tenant_id, u.id) = (i.tenant_id, i.user_id)
	UNION ALL
	SELECT 'voicemail', v.tenant_id, v.id, v.context_id, v.number, v.name, coalesce(o.n, 0), o.uuid, coalesce(o.owner, '')
	FROM voicemail v
	LEFT JOIN LATERAL (
		SELECT count(*)::int AS n, (array_agg(u.uuid ORDER BY u.id))[1] AS uuid,
			(array_agg(concat_ws(' ', u.firstname, u.lastname) ORDER BY u.id))[1] AS owner
		FROM users u WHERE (u.tenant_id, u.voicemail_id) = (v.tenant_id, v.id)
	) o ON o.n > 0
	UNION ALL
	SELECT CASE c.type WHEN 'incall' THEN 'incall' ELSE 'extension' END, r.tenant_id, NULL, r.context_id, r.number, NULL, 0, NULL, ''
	FROM context_reserved r
	JOIN context c ON (c.tenant_id, c.id) = (r.tenant_id, r.context_id)
	WHERE NOT EXISTS (SELECT FROM extension x
			WHERE (x.tenant_id, x.context_id, x.exten) = (r.tenant_id, r.context_id, r.number))
		AND NOT EXISTS (SELECT FROM incall i
			WHERE (i.tenant_id, i.context_id, i.exten) = (r.tenant_id, r.context_id, r.number));
GRANT SELECT ON number_row TO rollcall_web;
