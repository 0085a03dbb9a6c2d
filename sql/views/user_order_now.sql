-- The current keys by which users are sorted; user_order stores them (sql/migrations).  A query only
-- computes the keys that it selects.  search_key leaves signs of ASCII as they are but for
-- capitals, so of names in ASCII alone it is lower() of "C", in a third of the time.
DROP VIEW IF EXISTS user_order_now;
CREATE VIEW user_order_now WITH (security_invoker = true) AS
	SELECT u.tenant_id, u.id AS user_id,
		CASE WHEN octet_length(u.firstname) = length(u.firstname)
				AND coalesce(octet_length(u.lastname) = length(u.lastname), true)
			THEN lower(concat_ws(' ', u.firstname, u.lastname) COLLATE "C")
			ELSE search_key(concat_ws(' ', u.firstname, u.lastname)) COLLATE "C" END AS name,
		CASE WHEN octet_length(u.firstname) = length(u.firstname) THEN lower(u.firstname COLLATE "C")
			ELSE search_key(u.firstname) COLLATE "C" END AS firstname,
		CASE WHEN octet_length(u.lastname) = length(u.lastname) THEN lower(u.lastname COLLATE "C")
			ELSE search_key(u.lastname) COLLATE "C" END AS lastname,
		CASE WHEN octet_length(u.email) = length(u.email) THEN lower(u.email COLLATE "C")
			ELSE search_key(u.email) COLLATE "C" END AS email,
		CASE WHEN octet_length(u.username) = length(u.username) THEN lower(u.username COLLATE "C")
			ELSE search_key(u.username) COLLATE "C" END AS username,
		(SELECT lpad(length(x.exten)::text, 3, '0') || x.exten FROM extension x
			WHERE x.tenant_id = l.tenant_id AND x.line_id = l.id) COLLATE "C" AS exten,
		l.provisioning_code AS code, l.protocol COLLATE "C" AS protocol, l.context_id, u.enabled,
		-- Last name and first name byte by byte, who has no last name first: neither has control characters.
		concat(chr(2) || u.lastname, chr(1), u.firstname) COLLATE "C" AS exported
	FROM users u
	LEFT JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id;
GRANT SELECT ON user_order_now TO rollcall_search, rollcall_web, rollcall_worker;
