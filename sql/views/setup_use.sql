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

-- How many uses each thing of a list has.  Users, of contexts and entities, are counted as lists count them, by thousands
-- of ids, unless they are marked (user_count); numbers and voicemails of a context are counted already (number_count).  After a large import
-- all are read.
CREATE OR REPLACE FUNCTION setup_used(wanted text) RETURNS TABLE (tenant_id int, id bigint, n bigint)
LANGUAGE plpgsql STABLE
SET jit = off SET max_parallel_workers_per_gather = 0
AS $$
BEGIN
	IF wanted NOT IN ('contexts', 'tenants')
		OR EXISTS (SELECT FROM user_search_stale s WHERE s.tenant_id = ANY (scope()) AND NOT s.ordered OFFSET 50) THEN
		RETURN QUERY SELECT u.tenant_id, u.id::bigint, count(*) FROM setup_use u WHERE u.resource = wanted GROUP BY u.tenant_id, u.id;
		RETURN;
	END IF;
	RETURN QUERY
	WITH stale AS MATERIALIZED (
		SELECT DISTINCT s.tenant_id, s.low / 1000 AS thousand FROM user_search_stale s
		WHERE s.tenant_id = ANY (scope()) AND NOT s.ordered
	), counted AS (
		SELECT c.tenant_id, c.context_id, sum(c.n) AS n FROM user_count c
		WHERE NOT EXISTS (SELECT FROM stale s WHERE s.tenant_id = c.tenant_id AND s.thousand = c.thousand)
		GROUP BY c.tenant_id, c.context_id
		UNION ALL
		SELECT m.tenant_id, m.context_id, count(*)
		FROM stale s
		CROSS JOIN LATERAL (SELECT u.tenant_id, (SELECT l.context_id FROM line l
				WHERE l.tenant_id = u.tenant_id AND l.user_id = u.id) AS context_id
			FROM users u
			WHERE u.tenant_id = s.tenant_id AND u.id BETWEEN s.thousand * 1000 AND s.thousand * 1000 + 999 OFFSET 0) m
		GROUP BY m.tenant_id, m.context_id
	), used AS (
		SELECT c.tenant_id, CASE wanted WHEN 'contexts' THEN c.context_id ELSE c.tenant_id END AS id, c.n FROM counted c
		UNION ALL
		SELECT c.tenant_id, c.context_id, sum(c.n) FROM number_count c
		WHERE wanted = 'contexts' AND c.kind IN ('incall', 'voicemail') AND c.block = -1 GROUP BY c.tenant_id, c.context_id
		UNION ALL
		SELECT u.tenant_id, u.id, count(*) FROM setup_use u
		WHERE u.resource = wanted AND u.what NOT IN ('user', 'incall', 'voicemail') GROUP BY u.tenant_id, u.id
	)
	SELECT used.tenant_id, used.id, sum(used.n)::bigint FROM used
	WHERE used.id > 0	-- of users without a phone it is 0 or null
	GROUP BY used.tenant_id, used.id;
END
$$;
