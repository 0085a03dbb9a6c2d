-- The users of a large import in the list.
--
-- Which users a job made or changed stands in its rows, by their place in the file: to show them in the order of a
-- list, a million rows were made into a set for each page.  What an import made is kept beside them (job_made): mostly
-- all ids between the first and the last.

DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_search;
CREATE POLICY search ON job_made FOR SELECT TO rollcall_search USING (true);
CREATE POLICY search ON job FOR SELECT TO rollcall_search USING (true);
GRANT SELECT (job_id, tenant_id, relation, ids, low, high) ON job_made TO rollcall_search;
GRANT SELECT (id, kind) ON job TO rollcall_search;

-- The condition that a user `o` is of those whom an import made, where these are all between two ids; else null.
CREATE FUNCTION users_made(import int) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT format('(%s)', string_agg(format('o.tenant_id = %s AND o.user_id BETWEEN %s AND %s', tenant_id, low, high), ' OR '))
	FROM job_made
	WHERE job_id = import AND relation = 'users' AND EXISTS (SELECT FROM job WHERE id = import AND kind = 'import')
	HAVING bool_and(coalesce(cardinality(ids), high - low + 1) = high - low + 1) AND count(*) < 100
$$;

-- A condition on a user `o` (user_order, or user_order_now) for each member of the filter
-- (users_filtered, sql/views) but the search.  "=COLUMN" is what a column must be exactly, but for
-- the case of e-mail and login.  `alone`: users_member.  `plain`: only
-- those that are about the keys themselves, or only the others; null for all.
CREATE OR REPLACE FUNCTION users_conditions(filter jsonb, alone boolean, plain boolean) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT coalesce(string_agg(condition, ' AND '), 'true')
	FROM (
		SELECT CASE key
			WHEN 'enabled' THEN CASE value WHEN 'yes' THEN 'o.enabled' ELSE 'NOT o.enabled' END
			WHEN 'protocol' THEN format('o.protocol = %L', value)
			WHEN 'context' THEN format('o.context_id = ANY (%L::bigint[])', ARRAY(
				SELECT id FROM context WHERE tenant_id = ANY (scope()) AND name = value))
			WHEN 'without' THEN CASE value WHEN 'login' THEN 'o.username IS NULL' ELSE 'o.exten IS NULL' END
			WHEN 'label' THEN users_member(format('user_label m WHERE m.tenant_id = o.tenant_id AND m.user_id = o.user_id
				AND m.label_id = ANY (%L::bigint[])', ARRAY(
				SELECT id FROM label WHERE tenant_id = ANY (scope()) AND name = value)), alone)
			WHEN 'permission' THEN users_member(format('user_call_permission m
				WHERE m.tenant_id = o.tenant_id AND m.user_id = o.user_id
				AND m.call_permission_id = ANY (%L::bigint[])', ARRAY(
				SELECT id FROM call_permission WHERE tenant_id = ANY (scope()) AND name = value)), alone)
			-- Rows of jobs have no index of users: they are kept as a set.
			WHEN 'job' THEN CASE WHEN made IS NOT NULL THEN made
			ELSE format(CASE WHEN alone THEN '(%s) IS TRUE' ELSE '%s' END, format('(o.tenant_id, o.user_id) IN (
				SELECT m.tenant_id, m.user_id FROM job_row m WHERE m.job_id = %L)', value::int)) END
			WHEN 'phones' THEN 'o.enabled AND o.protocol <> ''sccp'' AND NOT ' || users_member('line l
				JOIN sip.location r ON r.tenant_id = l.tenant_id AND r.line_id = l.id AND r.account = l.account
				WHERE l.tenant_id = o.tenant_id AND l.user_id = o.user_id
				AND r.expires > now() AT TIME ZONE ''UTC''', alone)
			WHEN 'users' THEN format('EXISTS (SELECT FROM users u WHERE u.tenant_id = o.tenant_id
				AND u.id = o.user_id AND u.uuid = ANY (%L::uuid[]))', ARRAY(
				SELECT jsonb_array_elements_text(filter -> 'users')))
			WHEN '=exten' THEN format('o.exten = %L', lpad(length(value)::text, 3, '0') || value)
			WHEN '=uuid' THEN format('EXISTS (SELECT FROM users u WHERE u.tenant_id = o.tenant_id
				AND u.id = o.user_id AND u.uuid = %L)', value)
			-- The keys are without case and accents.
			ELSE concat_ws(' AND ', CASE WHEN key <> '=mobile_phone_number' THEN
					format('o.%I = %L', substr(key, 2), search_key(value)) END,
				format('(SELECT %s = %L FROM users u WHERE u.tenant_id = o.tenant_id AND u.id = o.user_id)',
					CASE key WHEN '=email' THEN 'u.email_key' WHEN '=username' THEN 'u.username_key'
						ELSE format('u.%I', substr(key, 2)) END,
					CASE WHEN key IN ('=email', '=username') THEN lower(value) ELSE value END))
			END AS condition
		FROM jsonb_each_text(filter)
		CROSS JOIN users_made((filter ->> 'job')::int) AS made
		WHERE key <> 'search'
			AND plain IS DISTINCT FROM (key <> ALL ('{enabled,protocol,context,without,=exten}') AND (key <> 'job' OR made IS NULL))
	) each
$$;

ALTER FUNCTION users_made(int) OWNER TO rollcall_search;
REVOKE ALL ON FUNCTION users_made(int) FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM rollcall_search;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
