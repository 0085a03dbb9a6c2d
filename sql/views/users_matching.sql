-- The users of the scope whom a search finds; '' finds all, by a plain look at the table.
CREATE OR REPLACE FUNCTION users_matching(search text) RETURNS SETOF users
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
	SELECT u.* FROM users u WHERE search = ''
	UNION ALL
	SELECT u.* FROM users_found(search) f
	JOIN users u ON u.tenant_id = f.tenant_id AND u.id = f.user_id
	WHERE search <> ''
$$;
