-- The users of the scope that match a search or a filter.

-- The users of the scope that a search finds; '' finds all, by reading the table.
CREATE OR REPLACE FUNCTION users_matching(search text) RETURNS SETOF users
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
	SELECT u.* FROM users u WHERE search = ''
	UNION ALL
	SELECT u.* FROM users_found(search) f
	JOIN users u ON u.tenant_id = f.tenant_id AND u.id = f.user_id
	WHERE search <> ''
$$;

-- The users that match a filter: the definition for the list, the export and the actions on many users.  A
-- missing member is no condition (cgi/users/filter.h):
--
--   search                       words that all stand in his text (user_search_now)
--   context, label, permission   the name of one that he has
--   protocol                     of his phone
--   enabled                      "yes", "no"
--   without                      "number", "login"
--   job                          id of a job that made or changed the user
--   phones                       "missing": it could register and has not
--   users                        array of uuids
--   =firstname, =exten ...       what a column must be, of the API
--
-- What each asks for is said in users_conditions (sql/migrations, user_order).
CREATE OR REPLACE FUNCTION users_filtered(filter jsonb) RETURNS SETOF users
LANGUAGE sql STABLE
AS $$
	SELECT u.* FROM users u WHERE filter = '{}'
	UNION ALL
	SELECT u.* FROM users_chosen(filter) c
	JOIN users u ON u.tenant_id = c.tenant_id AND u.id = c.user_id
	WHERE filter <> '{}'
$$;
