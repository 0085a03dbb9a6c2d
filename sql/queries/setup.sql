-- `rollcall setup`: $1 is the file as one JSON value, its form checked, with the
-- number of each tenant as "id" and the administrators as one list "admins" of
-- their own (tenant_id null: root; password_hash only where it changes).
--
-- Each query adds and changes what is needed, and returns a line of the report for each thing that it
-- changed; none if everything is as in the file.

-- name: setup_lock_try
SELECT pg_try_advisory_xact_lock(1, 0) AS got;

-- name: setup_lock
SELECT pg_advisory_xact_lock(1, 0);

-- name: setup_known_tenants
SELECT id, uuid, name FROM all_tenants();

-- The existing administrators with names of the file.
-- name: setup_known_admins
SELECT username_key, tenant_id, root, password_setting,
	encode(password_proof, 'hex') AS password_proof
FROM admin
WHERE username_key IN (SELECT lower(jsonb_array_elements_text($1::jsonb)));

-- name: setup_tenants
WITH wanted AS (
	SELECT * FROM jsonb_to_recordset($1::jsonb -> 'tenants') AS t (id int, name text, uuid uuid)
), made AS (
	INSERT INTO tenant (id, uuid, name)
	SELECT w.id, coalesce(w.uuid, gen_random_uuid()), w.name FROM wanted w
	WHERE NOT EXISTS (SELECT FROM tenant t WHERE t.id = w.id)
	RETURNING id, name
), renamed AS (
	UPDATE tenant t SET name = w.name FROM wanted w
	WHERE t.id = w.id AND t.name <> w.name
	RETURNING t.id, t.name
)
SELECT format('made tenant %s "%s"', id, name) AS line, id FROM made
UNION ALL
SELECT format('changed tenant %s: its name is "%s"', id, name), id FROM renamed
ORDER BY id;

-- Contexts whose new type would not suit the numbers that are in them.
-- name: setup_type_conflicts
SELECT t.n - 1 AS tenant, c.n - 1 AS context, have.type, used.lines, used.incalls
FROM jsonb_array_elements($1::jsonb -> 'tenants') WITH ORDINALITY AS t (doc, n)
CROSS JOIN jsonb_array_elements(coalesce(t.doc -> 'contexts', '[]')) WITH ORDINALITY AS c (doc, n)
JOIN context have ON have.tenant_id = (t.doc ->> 'id')::int AND have.name = c.doc ->> 'name'
	AND have.type <> c.doc ->> 'type'
CROSS JOIN LATERAL (
	SELECT (SELECT count(*) FROM line l
			WHERE l.tenant_id = have.tenant_id AND l.context_id = have.id)
		+ (SELECT count(*) FROM extension x
			WHERE x.tenant_id = have.tenant_id AND x.context_id = have.id
			AND x.line_id IS NULL) AS lines,
		(SELECT count(*) FROM incall i
			WHERE i.tenant_id = have.tenant_id AND i.context_id = have.id) AS incalls
) used
WHERE (used.lines > 0 AND c.doc ->> 'type' <> 'internal')
	OR (used.incalls > 0 AND c.doc ->> 'type' <> 'incall')
ORDER BY t.n, c.n;

-- name: setup_contexts
WITH wanted AS (
	SELECT t.id AS tenant_id, t.name AS tenant, c.name, c.type
	FROM jsonb_to_recordset($1::jsonb -> 'tenants') AS t (id int, name text, contexts jsonb)
	CROSS JOIN jsonb_to_recordset(coalesce(t.contexts, '[]')) AS c (name text, type text)
), made AS (
	INSERT INTO context (tenant_id, name, type)
	SELECT tenant_id, name, type FROM wanted w
	WHERE NOT EXISTS (SELECT FROM context c WHERE c.tenant_id = w.tenant_id AND c.name = w.name)
	RETURNING tenant_id, name, type
), changed AS (
	UPDATE context c SET type = w.type FROM wanted w
	WHERE c.tenant_id = w.tenant_id AND c.name = w.name AND c.type <> w.type
	RETURNING c.tenant_id, c.name, c.type
)
SELECT format('%s context "%s" (%s) in tenant "%s"', d.verb, d.name, d.type, t.name) AS line
FROM (SELECT 'made' AS verb, * FROM made UNION ALL SELECT 'changed', * FROM changed) d
JOIN tenant t ON t.id = d.tenant_id
ORDER BY d.tenant_id, d.name;

-- A context without the key `ranges` keeps its ranges; with it, the list replaces them.
-- name: setup_ranges
WITH mentioned AS (
	SELECT have.tenant_id, have.id AS context_id, c.ranges
	FROM jsonb_to_recordset($1::jsonb -> 'tenants') AS t (id int, contexts jsonb)
	CROSS JOIN jsonb_to_recordset(coalesce(t.contexts, '[]')) AS c (name text, ranges jsonb)
	JOIN context have ON have.tenant_id = t.id AND have.name = c.name
	WHERE c.ranges IS NOT NULL
), wanted AS (
	SELECT m.tenant_id, m.context_id, r.kind, r.start, r."end", coalesce(r.did_length, 0) AS did_length
	FROM mentioned m
	CROSS JOIN jsonb_to_recordset(m.ranges) AS r (kind text, start text, "end" text, did_length int)
), made AS (
	INSERT INTO context_range (tenant_id, context_id, kind, range_start, range_end, did_length)
	SELECT * FROM wanted
	ON CONFLICT (tenant_id, context_id, kind, range_start, range_end)
	DO UPDATE SET did_length = excluded.did_length
		WHERE context_range.did_length <> excluded.did_length
	RETURNING tenant_id, context_id
), removed AS (
	DELETE FROM context_range r USING mentioned m
	WHERE r.tenant_id = m.tenant_id AND r.context_id = m.context_id
		AND NOT EXISTS (
			SELECT FROM wanted w
			WHERE w.tenant_id = r.tenant_id AND w.context_id = r.context_id AND w.kind = r.kind
				AND w.start = r.range_start AND w."end" = r.range_end)
	RETURNING r.tenant_id, r.context_id
), touched AS (
	SELECT tenant_id, context_id, 1 AS made, 0 AS removed FROM made
	UNION ALL
	SELECT tenant_id, context_id, 0, 1 FROM removed
)
SELECT format('changed ranges of context "%s" in tenant "%s": %s set, %s removed',
	c.name, t.name, sum(d.made), sum(d.removed)) AS line
FROM touched d
JOIN context c ON c.tenant_id = d.tenant_id AND c.id = d.context_id
JOIN tenant t ON t.id = d.tenant_id
GROUP BY d.tenant_id, t.name, c.name
ORDER BY d.tenant_id, c.name;

-- The contexts that the document includes and that are neither in it nor stored.
-- name: setup_include_faults
SELECT t.n - 1 AS tenant, c.n - 1 AS context, i.n - 1 AS item, i.name
FROM jsonb_array_elements($1::jsonb -> 'tenants') WITH ORDINALITY AS t (doc, n)
CROSS JOIN jsonb_array_elements(coalesce(t.doc -> 'contexts', '[]')) WITH ORDINALITY AS c (doc, n)
CROSS JOIN jsonb_array_elements_text(coalesce(c.doc -> 'includes', '[]')) WITH ORDINALITY AS i (name, n)
WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(t.doc -> 'contexts') other WHERE other ->> 'name' = i.name)
	AND NOT EXISTS (SELECT FROM context have WHERE have.tenant_id = (t.doc ->> 'id')::int AND have.name = i.name)
ORDER BY 1, 2, 3;

-- The includes of contexts: if a context has the list, the list replaces them.
-- name: setup_includes
WITH mentioned AS (
	SELECT have.tenant_id, have.id AS context_id, c.includes
	FROM jsonb_to_recordset($1::jsonb -> 'tenants') AS t (id int, contexts jsonb)
	CROSS JOIN jsonb_to_recordset(coalesce(t.contexts, '[]')) AS c (name text, includes jsonb)
	JOIN context have ON have.tenant_id = t.id AND have.name = c.name
	WHERE c.includes IS NOT NULL
), wanted AS (
	SELECT m.tenant_id, m.context_id, other.id AS included_id
	FROM mentioned m
	JOIN context other ON other.tenant_id = m.tenant_id AND m.includes ? other.name
), made AS (
	INSERT INTO context_include (tenant_id, context_id, included_id) SELECT * FROM wanted
	ON CONFLICT DO NOTHING
	RETURNING tenant_id, context_id
), removed AS (
	DELETE FROM context_include i USING mentioned m
	WHERE (i.tenant_id, i.context_id) = (m.tenant_id, m.context_id)
		AND (i.tenant_id, i.context_id, i.included_id) NOT IN (SELECT * FROM wanted)
	RETURNING i.tenant_id, i.context_id
)
SELECT format('changed inclusions of context "%s" in tenant "%s": %s set, %s removed',
	c.name, t.name, sum(d.made), sum(d.removed)) AS line
FROM (SELECT *, 1 AS made, 0 AS removed FROM made UNION ALL SELECT *, 0, 1 FROM removed) d
JOIN context c ON (c.tenant_id, c.id) = (d.tenant_id, d.context_id)
JOIN tenant t ON t.id = d.tenant_id
GROUP BY d.tenant_id, t.name, c.name
ORDER BY d.tenant_id, c.name;

-- The reserved numbers: if a context has the list, the list replaces them.
-- name: setup_reserved
WITH mentioned AS (
	SELECT have.tenant_id, have.id AS context_id, c.reserved
	FROM jsonb_to_recordset($1::jsonb -> 'tenants') AS t (id int, contexts jsonb)
	CROSS JOIN jsonb_to_recordset(coalesce(t.contexts, '[]')) AS c (name text, reserved jsonb)
	JOIN context have ON have.tenant_id = t.id AND have.name = c.name
	WHERE c.reserved IS NOT NULL
), made AS (
	INSERT INTO context_reserved (tenant_id, context_id, number)
	SELECT m.tenant_id, m.context_id, n FROM mentioned m CROSS JOIN jsonb_array_elements_text(m.reserved) n
	ON CONFLICT DO NOTHING
	RETURNING tenant_id, context_id
), removed AS (
	DELETE FROM context_reserved r USING mentioned m
	WHERE (r.tenant_id, r.context_id) = (m.tenant_id, m.context_id) AND NOT m.reserved ? r.number
	RETURNING r.tenant_id, r.context_id
)
SELECT format('changed reserved numbers of context "%s" in tenant "%s": %s set, %s released',
	c.name, t.name, sum(d.made), sum(d.removed)) AS line
FROM (SELECT *, 1 AS made, 0 AS removed FROM made UNION ALL SELECT *, 0, 1 FROM removed) d
JOIN context c ON (c.tenant_id, c.id) = (d.tenant_id, d.context_id)
JOIN tenant t ON t.id = d.tenant_id
GROUP BY d.tenant_id, t.name, c.name
ORDER BY d.tenant_id, c.name;

-- The template line "default" always exists: an empty cell means it.
-- name: setup_names
WITH doc AS (
	SELECT * FROM jsonb_to_recordset($1::jsonb -> 'tenants')
		AS t (id int, call_permissions jsonb, labels jsonb, cti_profiles jsonb, template_lines jsonb)
), wanted AS (
	SELECT doc.id AS tenant_id, list.what, item.name
	FROM doc
	CROSS JOIN LATERAL (VALUES ('call permission', call_permissions), ('label', labels),
		('CTI profile', cti_profiles), ('template line', template_lines)) AS list (what, names)
	CROSS JOIN LATERAL (
		-- A call permission with rules is an object.
		SELECT coalesce(v ->> 'name', v #>> '{}') FROM jsonb_array_elements(coalesce(list.names, '[]')) AS v
	) AS item (name)
	UNION
	SELECT id, 'template line', 'default' FROM doc
), made_permissions AS (
	INSERT INTO call_permission (tenant_id, name)
	SELECT tenant_id, name FROM wanted WHERE what = 'call permission'
	EXCEPT SELECT tenant_id, name FROM call_permission ORDER BY tenant_id, name
	RETURNING tenant_id, name
), made_labels AS (
	INSERT INTO label (tenant_id, name)
	SELECT tenant_id, name FROM wanted WHERE what = 'label'
	EXCEPT SELECT tenant_id, name FROM label ORDER BY tenant_id, name
	RETURNING tenant_id, name
), made_profiles AS (
	INSERT INTO cti_profile (tenant_id, name)
	SELECT tenant_id, name FROM wanted WHERE what = 'CTI profile'
	EXCEPT SELECT tenant_id, name FROM cti_profile ORDER BY tenant_id, name
	RETURNING tenant_id, name
), made_templates AS (
	INSERT INTO line_template (tenant_id, name)
	SELECT tenant_id, name FROM wanted WHERE what = 'template line'
	EXCEPT SELECT tenant_id, name FROM line_template ORDER BY tenant_id, name
	RETURNING tenant_id, name
), made AS (
	SELECT 1 AS n, 'call permission' AS what, * FROM made_permissions
	UNION ALL SELECT 2, 'label', * FROM made_labels
	UNION ALL SELECT 3, 'CTI profile', * FROM made_profiles
	UNION ALL SELECT 4, 'template line', * FROM made_templates
)
SELECT format('made %s "%s" in tenant "%s"', m.what, m.name, t.name) AS line
FROM made m JOIN tenant t ON t.id = m.tenant_id
ORDER BY m.tenant_id, m.n, m.name;

-- name: setup_admins
SELECT line FROM setup_admins($1::jsonb, null, $1::jsonb ->> 'actor', null);

-- How many numbers are outside of the ranges of their context; read before and after the ranges change.
-- name: setup_outside
SELECT t.n - 1 AS tenant, c.n - 1 AS context, have.name, (
	SELECT count(*) FROM (
		SELECT 'user' AS kind, x.exten AS number FROM extension x
		WHERE (x.tenant_id, x.context_id) = (have.tenant_id, have.id) AND have.type = 'internal' AND x.exten ~ '^[0-9]+$'
		UNION ALL
		SELECT 'incall', ltrim(i.exten, '+') FROM incall i
		WHERE (i.tenant_id, i.context_id) = (have.tenant_id, have.id) AND have.type = 'incall' AND i.exten ~ '^\+?[0-9]+$'
	) used
	WHERE NOT EXISTS (SELECT FROM context_range r
		WHERE (r.tenant_id, r.context_id) = (have.tenant_id, have.id) AND r.kind = used.kind
			AND length(r.low) = length(used.number) AND used.number COLLATE "C" BETWEEN r.low AND r.high)) AS numbers
FROM jsonb_array_elements($1::jsonb -> 'tenants') WITH ORDINALITY AS t (doc, n)
CROSS JOIN jsonb_array_elements(coalesce(t.doc -> 'contexts', '[]')) WITH ORDINALITY AS c (doc, n)
JOIN context have ON have.tenant_id = (t.doc ->> 'id')::int AND have.name = c.doc ->> 'name'
WHERE c.doc ? 'ranges'
ORDER BY 1, 2;

-- The whole setup as a setup file, without the passwords of administrators, which are not stored.  For the
-- owner.
-- name: setup_scope_all
SELECT set_config('rollcall.scope', coalesce((SELECT array_agg(id) FROM all_tenants()), '{}')::text, true);

-- name: setup_export
WITH things AS (
	SELECT tenant_id, resource, json_agg(CASE WHEN resource IN ('labels', 'cti_profiles', 'template_lines')
		THEN to_json(name) ELSE object END ORDER BY name COLLATE "C") AS list
	FROM setup_object WHERE tenant_id IS NOT NULL AND resource <> 'tenants' GROUP BY tenant_id, resource
), admins AS (
	SELECT tenant_id, json_agg(json_strip_nulls(json_build_object('username', username, 'language', language,
		'rights', CASE WHEN NOT root THEN rights END, 'disabled', CASE WHEN disabled THEN true END)) ORDER BY username_key) AS list
	FROM admin GROUP BY tenant_id
)
SELECT json_build_object(
	'root', coalesce((SELECT list FROM admins WHERE tenant_id IS NULL), '[]'),
	'telephony', (SELECT object FROM setup_object WHERE resource = 'telephony'),
	'tenants', (SELECT coalesce(json_agg(json_build_object(
			'name', t.name,
			'uuid', t.uuid,
			'contexts', coalesce((SELECT list FROM things WHERE tenant_id = t.id AND resource = 'contexts'), '[]'),
			'call_permissions', coalesce((SELECT list FROM things WHERE tenant_id = t.id AND resource = 'call_permissions'), '[]'),
			'emergency_numbers', (SELECT coalesce(json_agg(number ORDER BY number), '[]') FROM emergency_number WHERE tenant_id = t.id),
			'labels', coalesce((SELECT list FROM things WHERE tenant_id = t.id AND resource = 'labels'), '[]'),
			'cti_profiles', coalesce((SELECT list FROM things WHERE tenant_id = t.id AND resource = 'cti_profiles'), '[]'),
			'template_lines', coalesce((SELECT list FROM things WHERE tenant_id = t.id AND resource = 'template_lines'), '[]'),
			'trunks', coalesce((SELECT list FROM things WHERE tenant_id = t.id AND resource = 'trunks'), '[]'),
			'admins', coalesce((SELECT list FROM admins WHERE tenant_id = t.id), '[]')
		) ORDER BY t.id), '[]') FROM tenant t)) AS document;
