-- What a search for users looks at, as it is now: the definition for the pages, the API and
-- the export.  user_search keeps it (sql/migrations, user_search).  Fields are kept apart
-- by a line feed, which no word of a search holds; one stands at either end too, so that each
-- letter has a neighbour.  The first is the name as lists are sorted by it (user_order_now).
DROP VIEW IF EXISTS user_search_now;
CREATE VIEW user_search_now WITH (security_invoker = true) AS
	SELECT u.tenant_id, u.id AS user_id,
		search_key(concat_ws(E'\n', '', concat_ws(' ', u.firstname, u.lastname), u.email, u.username, u.userfield,
			search_digits(u.userfield), u.mobile_phone_number, search_digits(u.mobile_phone_number),
			l.provisioning_code, l.sip_username, x.exten, v.number, incalls.extens, labels.names, '')) AS text
	FROM users u
	LEFT JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id
	LEFT JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id
	LEFT JOIN voicemail v ON v.tenant_id = u.tenant_id AND v.id = u.voicemail_id
	LEFT JOIN LATERAL (
		SELECT string_agg(i.exten, E'\n') AS extens FROM incall i
		WHERE i.tenant_id = u.tenant_id AND i.user_id = u.id
	) incalls ON true
	LEFT JOIN LATERAL (
		SELECT string_agg(b.name, E'\n') AS names FROM user_label m
		JOIN label b ON b.tenant_id = m.tenant_id AND b.id = m.label_id
		WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id
	) labels ON true;
GRANT SELECT ON user_search_now TO rollcall_search;
