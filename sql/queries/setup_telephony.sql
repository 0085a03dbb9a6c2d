-- The telephony part of `rollcall setup`, like setup.sql: $1 is the file, and each query returns a line of
-- the report for each thing that it changed.  What the file does not mention is not changed; a list in the
-- file is the whole list.  No line has a secret.

-- name: setup_telephony
SELECT line FROM setup_telephony($1::jsonb);

-- For pages and API: needs the proof of root ($1 kind, $2 proof, $3 id).
-- name: setup_telephony_set
SELECT line FROM telephony_set($1, $2::bytea, $3::bigint, $4::jsonb);

-- name: setup_permission_rules
WITH mentioned AS (
	SELECT have.tenant_id, have.id, p.v -> 'rules' AS rules
	FROM jsonb_to_recordset($1::jsonb -> 'tenants') AS t (id int, call_permissions jsonb)
	CROSS JOIN jsonb_array_elements(coalesce(t.call_permissions, '[]')) AS p (v)
	JOIN call_permission have ON have.tenant_id = t.id AND have.name = p.v ->> 'name'
	WHERE jsonb_typeof(p.v) = 'object' AND p.v ? 'rules'
), wanted AS (
	SELECT m.tenant_id, m.id, r.* FROM mentioned m
	CROSS JOIN jsonb_to_recordset(m.rules) AS r (pattern text, allow boolean, password text)
), made AS (
	INSERT INTO call_permission_rule AS c (tenant_id, call_permission_id, pattern, allow, password)
	SELECT * FROM wanted
	ON CONFLICT (tenant_id, call_permission_id, pattern)
	DO UPDATE SET allow = excluded.allow, password = excluded.password
		WHERE (c.allow, c.password) IS DISTINCT FROM (excluded.allow, excluded.password)
	RETURNING tenant_id, call_permission_id
), removed AS (
	DELETE FROM call_permission_rule c USING mentioned m
	WHERE (c.tenant_id, c.call_permission_id) = (m.tenant_id, m.id)
		AND c.pattern NOT IN (SELECT w.pattern FROM wanted w WHERE (w.tenant_id, w.id) = (m.tenant_id, m.id))
	RETURNING c.tenant_id, c.call_permission_id
), touched AS (
	SELECT *, 1 AS made, 0 AS removed FROM made
	UNION ALL
	SELECT *, 0, 1 FROM removed
)
SELECT format('changed rules of call permission "%s" in tenant "%s": %s set, %s removed',
	p.name, t.name, sum(d.made), sum(d.removed)) AS line
FROM touched d
JOIN call_permission p ON (p.tenant_id, p.id) = (d.tenant_id, d.call_permission_id)
JOIN tenant t ON t.id = d.tenant_id
GROUP BY d.tenant_id, t.name, p.name
ORDER BY d.tenant_id, p.name;

-- Trunks whose context does not exist or is not for incoming numbers, or that are identified in the same
-- way as a trunk of another tenant.
-- name: setup_trunk_faults
WITH wanted AS (
	SELECT t.n - 1 AS tenant, k.n - 1 AS trunk, (t.doc ->> 'id')::int AS tenant_id, k.doc
	FROM jsonb_array_elements($1::jsonb -> 'tenants') WITH ORDINALITY AS t (doc, n)
	CROSS JOIN jsonb_array_elements(coalesce(t.doc -> 'trunks', '[]')) WITH ORDINALITY AS k (doc, n)
)
SELECT w.tenant, w.trunk, 'context' AS key FROM wanted w
WHERE w.doc ? 'context' AND NOT EXISTS (
		SELECT FROM jsonb_array_elements(coalesce($1::jsonb #> ARRAY['tenants', w.tenant::text, 'contexts'], '[]')) c
		WHERE c ->> 'name' = w.doc ->> 'context' AND c ->> 'type' = 'incall')
	AND NOT EXISTS (SELECT FROM context c
		WHERE c.tenant_id = w.tenant_id AND c.name = w.doc ->> 'context' AND c.type = 'incall')
UNION ALL
SELECT w.tenant, w.trunk, CASE WHEN w.doc ->> 'identify' = 'digest' THEN 'username'
	WHEN w.doc ->> 'identify' = 'tls' THEN 'tls_name' ELSE 'address' END
FROM wanted w
WHERE trunk_elsewhere(coalesce(w.doc ->> 'identify', 'address'), CASE WHEN w.doc ->> 'identify' = 'digest' THEN w.doc ->> 'username'
	WHEN w.doc ->> 'identify' = 'tls' THEN w.doc ->> 'tls_name' ELSE w.doc ->> 'address' END,
	ARRAY(SELECT (d ->> 'id')::int FROM jsonb_array_elements($1::jsonb -> 'tenants') d))
ORDER BY 1, 2;

-- name: setup_trunks
SELECT line FROM setup_trunks($1::jsonb);

-- name: setup_emergency_numbers
WITH mentioned AS (
	SELECT t.id AS tenant_id, t.emergency_numbers AS numbers
	FROM jsonb_to_recordset($1::jsonb -> 'tenants') AS t (id int, emergency_numbers jsonb)
	WHERE t.emergency_numbers IS NOT NULL
), removed AS (
	DELETE FROM emergency_number e USING mentioned m
	WHERE e.tenant_id = m.tenant_id AND NOT m.numbers ? e.number
	RETURNING e.tenant_id, e.number
), made AS (
	INSERT INTO emergency_number (tenant_id, number)
	SELECT m.tenant_id, n FROM mentioned m CROSS JOIN jsonb_array_elements_text(m.numbers) n
	ON CONFLICT DO NOTHING
	RETURNING tenant_id, number
)
SELECT format('%s emergency number %s in tenant "%s"', d.verb, d.number, t.name) AS line
FROM (SELECT 'made' AS verb, * FROM made UNION ALL SELECT 'removed', * FROM removed) d
JOIN tenant t ON t.id = d.tenant_id
ORDER BY d.tenant_id, d.number;
