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
--   search                       what users_matching finds
--   context, label, permission   the name of one that the user has
--   protocol                     of the user's phone
--   enabled                      "yes", "no"
--   without                      "number", "login"
--   job                          id of a job that made or changed the user
--   phones                       "missing": it could register and has not
--   users                        array of uuids
--
-- The planner knows the filter (users_enter), so that missing conditions cost nothing.  Each set is read once
-- into a hash: with 100,000 users that takes less than half the time of a look-up for each user.
CREATE OR REPLACE FUNCTION users_filtered(filter jsonb) RETURNS SETOF users
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
	SELECT u.*
	FROM users_matching(coalesce(filter ->> 'search', '')) u
	WHERE (filter ->> 'enabled' IS NULL OR u.enabled = (filter ->> 'enabled' = 'yes'))
		AND (filter -> 'users' IS NULL OR u.uuid = ANY (ARRAY(
			SELECT jsonb_array_elements_text(filter -> 'users')::uuid)))
		AND (filter ->> 'context' IS NULL OR (u.tenant_id, u.id) IN (
			SELECT l.tenant_id, l.user_id
			FROM line l JOIN context c ON c.tenant_id = l.tenant_id AND c.id = l.context_id
			WHERE c.name = filter ->> 'context'))
		AND (filter ->> 'protocol' IS NULL OR (u.tenant_id, u.id) IN (
			SELECT l.tenant_id, l.user_id FROM line l WHERE l.protocol = filter ->> 'protocol'))
		AND (filter ->> 'label' IS NULL OR (u.tenant_id, u.id) IN (
			SELECT m.tenant_id, m.user_id
			FROM user_label m JOIN label g ON g.tenant_id = m.tenant_id AND g.id = m.label_id
			WHERE g.name = filter ->> 'label'))
		AND (filter ->> 'permission' IS NULL OR (u.tenant_id, u.id) IN (
			SELECT m.tenant_id, m.user_id
			FROM user_call_permission m
			JOIN call_permission g ON g.tenant_id = m.tenant_id AND g.id = m.call_permission_id
			WHERE g.name = filter ->> 'permission'))
		AND (filter ->> 'without' IS DISTINCT FROM 'login' OR u.username IS NULL)
		AND (filter ->> 'without' IS DISTINCT FROM 'number' OR (u.tenant_id, u.id) NOT IN (
			SELECT l.tenant_id, l.user_id
			FROM line l JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id))
		AND (filter ->> 'job' IS NULL OR (u.tenant_id, u.id) IN (
			SELECT j.tenant_id, j.user_id FROM job_row j WHERE j.job_id = (filter ->> 'job')::int))
		AND (filter ->> 'phones' IS NULL OR (u.enabled
			AND (u.tenant_id, u.id) IN (
				SELECT l.tenant_id, l.user_id FROM line l WHERE l.sip_username IS NOT NULL)
			AND (u.tenant_id, u.id) NOT IN (SELECT r.tenant_id, r.user_id FROM registration r)))
$$;

-- The same as ids, for statements that cannot know the filter when they are planned.
CREATE OR REPLACE FUNCTION users_chosen(filter jsonb) RETURNS TABLE (tenant_id int, user_id bigint)
LANGUAGE plpgsql STABLE ROWS 1000
SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' SET enable_nestloop = on SET jit = off
AS $$
BEGIN
	RETURN QUERY SELECT u.tenant_id, u.id FROM users_filtered(filter) u;
END
$$;
