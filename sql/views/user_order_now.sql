-- The current keys by which users are sorted; user_order stores them (sql/migrations).  A query only
-- computes the keys that it selects.
DROP VIEW IF EXISTS user_order_now;
CREATE VIEW user_order_now WITH (security_invoker = true) AS
	SELECT u.tenant_id, u.id AS user_id,
		search_key(concat_ws(' ', u.firstname, u.lastname)) COLLATE "C" AS name,
		search_key(u.firstname) COLLATE "C" AS firstname, search_key(u.lastname) COLLATE "C" AS lastname,
		search_key(u.email) COLLATE "C" AS email, search_key(u.username) COLLATE "C" AS username,
		(SELECT lpad(length(x.exten)::text, 3, '0') || x.exten FROM extension x
			WHERE x.tenant_id = l.tenant_id AND x.line_id = l.id) COLLATE "C" AS exten,
		l.provisioning_code AS code, l.protocol COLLATE "C" AS protocol, l.context_id, u.enabled
	FROM users u
	LEFT JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id;
GRANT SELECT ON user_order_now TO rollcall_search, rollcall_web, rollcall_worker;
