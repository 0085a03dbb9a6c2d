-- The setup for pages and API: the things of one list of the setup file.  $1 is the list ("contexts");
-- administrators come from a function that needs the caller's proof ($2 kind, $3 proof, $4 id).  Row level security shows the tenants of the scope only.

-- $5 search ('' for all), $6 id or null, $7 uuid or null (of a tenant), $8 how many,
-- $9 after how many.
-- name: setup_found
WITH found AS (
	SELECT tenant_id, id, name, setup_masked(object::jsonb) AS object FROM setup_object WHERE resource = $1
	UNION ALL
	SELECT tenant_id, id, name, object FROM admin_objects($2, $3::bytea, $4::bigint)
	WHERE $1 = 'admins' AND (tenant_id = ANY (scope()) OR (tenant_id IS NULL AND scope_is_root()))
), page AS (
	SELECT *, count(*) OVER () AS total FROM found
	WHERE ($5 = '' OR strpos(lower(name), lower($5)) > 0) AND ($6::bigint IS NULL OR id = $6::bigint)
		AND ($7::text IS NULL OR object ->> 'uuid' = lower($7))
	ORDER BY tenant_id NULLS FIRST, name COLLATE "und-x-icu", id LIMIT $8::bigint OFFSET $9::bigint
), used AS (
	SELECT tenant_id, id, sum(n) AS n FROM (
		SELECT tenant_id, id, n FROM setup_used($1)
		UNION ALL
		SELECT tenant_id, tenant_id, 1 FROM admin_objects($2, $3::bytea, $4::bigint) WHERE $1 = 'tenants'
	) one
	GROUP BY tenant_id, id
)
SELECT p.id, p.tenant_id, t.name AS tenant, t.uuid AS tenant_uuid, p.name, p.object, md5(p.object::text) AS version, p.total,
	coalesce(u.n, 0) AS uses
FROM page p
LEFT JOIN tenant t ON t.id = p.tenant_id
LEFT JOIN used u ON (u.tenant_id, u.id) = (p.tenant_id, p.id)
ORDER BY p.tenant_id NULLS FIRST, p.name COLLATE "und-x-icu", p.id;

-- The uses of a thing ($5 tenant, $6 id): the first $7 of each kind, with the number of all.  ref is the
-- part of the address of the use's page.
-- name: setup_uses
WITH used AS (
	SELECT what, ref, name, count(*) OVER (PARTITION BY what) AS n, row_number() OVER (PARTITION BY what ORDER BY ref) AS place
	FROM (
		SELECT what, ref, NULL AS name FROM setup_use WHERE resource = $1 AND tenant_id = $5::int AND id = $6::bigint
		UNION ALL
		SELECT 'admins', id, name FROM admin_objects($2, $3::bytea, $4::bigint) WHERE $1 = 'tenants' AND tenant_id = $5::int
	) one
)
SELECT used.what, used.n, coalesce(u.uuid::text, x.exten, i.exten, v.number, used.ref::text) AS ref,
	coalesce(nullif(concat_ws(' ', u.firstname, u.lastname), ''), x.exten, i.exten, v.number, o.name, used.name, used.ref::text) AS name
FROM used
LEFT JOIN users u ON used.what = 'user' AND (u.tenant_id, u.id) = ($5::int, used.ref)
LEFT JOIN extension x ON used.what = 'extension' AND (x.tenant_id, x.id) = ($5::int, used.ref)
LEFT JOIN incall i ON used.what = 'incall' AND (i.tenant_id, i.id) = ($5::int, used.ref)
LEFT JOIN voicemail v ON used.what = 'voicemail' AND (v.tenant_id, v.id) = ($5::int, used.ref)
LEFT JOIN setup_object o ON o.resource = CASE used.what WHEN 'trunk' THEN 'trunks' ELSE used.what END
	AND (o.tenant_id, o.id) = ($5::int, used.ref)
WHERE used.place <= $7::int
ORDER BY used.what = 'user' DESC, used.what, used.place;

-- Takes the locks of a job (db.sql); an error if one still runs after a second.  Tenant 0: exclusive.
-- It is waited for because a job's end is seen some milliseconds before its locks are free.
-- name: setup_change_lock
SELECT set_config('lock_timeout', '1s', true),
	CASE WHEN $1::int = 0 THEN pg_advisory_xact_lock(1, 0) ELSE pg_advisory_xact_lock_shared(1, 0) END,
	CASE WHEN $1::int <> 0 THEN pg_advisory_xact_lock(2, $1::int) END,
	set_config('lock_timeout', '0', true);

-- Adds a tenant ($4 null) or changes one; returns its number.
-- name: setup_tenant_set
SELECT tenant_set($1, $2::bytea, $3::bigint, $4::int, $5, $6::uuid) AS id;

-- name: setup_tenant_drop
SELECT tenant_drop($1, $2::bytea, $3::bigint, $4::int);

-- Deletes the jobs of a tenant ($4) that have ended.
-- name: setup_tenant_forget
SELECT tenant_forget($1, $2::bytea, $3::bigint, $4::int) AS jobs;

-- The object that was sent ($4), with the stored secrets in place of masks.
-- name: setup_unmasked
SELECT setup_unmasked($4::jsonb, object::jsonb) AS object FROM setup_object
WHERE resource = $1 AND tenant_id = $2::int AND id = $3::bigint;

-- Whether another thing of the list has the name ($4).
-- name: setup_taken
SELECT EXISTS (SELECT FROM setup_object WHERE resource = $1 AND tenant_id = $2::int AND name = $4
	AND id <> $3::bigint) AS taken;

-- The one statement that is run is that of the list $1; $4 the new name.
-- name: setup_rename
WITH contexts AS (
	UPDATE context SET name = $4 WHERE $1 = 'contexts' AND (tenant_id, id) = ($2::int, $3::bigint)
), call_permissions AS (
	UPDATE call_permission SET name = $4 WHERE $1 = 'call_permissions' AND (tenant_id, id) = ($2::int, $3::bigint)
), labels AS (
	UPDATE label SET name = $4 WHERE $1 = 'labels' AND (tenant_id, id) = ($2::int, $3::bigint)
), cti_profiles AS (
	UPDATE cti_profile SET name = $4 WHERE $1 = 'cti_profiles' AND (tenant_id, id) = ($2::int, $3::bigint)
), template_lines AS (
	UPDATE line_template SET name = $4 WHERE $1 = 'template_lines' AND (tenant_id, id) = ($2::int, $3::bigint)
)
UPDATE trunk SET name = $4 WHERE $1 = 'trunks' AND (tenant_id, id) = ($2::int, $3::bigint);

-- name: setup_delete
WITH contexts AS (
	DELETE FROM context WHERE $1 = 'contexts' AND (tenant_id, id) = ($2::int, $3::bigint)
), call_permissions AS (
	DELETE FROM call_permission WHERE $1 = 'call_permissions' AND (tenant_id, id) = ($2::int, $3::bigint)
), labels AS (
	DELETE FROM label WHERE $1 = 'labels' AND (tenant_id, id) = ($2::int, $3::bigint)
), cti_profiles AS (
	DELETE FROM cti_profile WHERE $1 = 'cti_profiles' AND (tenant_id, id) = ($2::int, $3::bigint)
), template_lines AS (
	DELETE FROM line_template WHERE tenant_id = $2::int
		AND (($1 = 'template_lines' AND id = $3::bigint) OR $1 = 'tenants')
), trunks AS (
	DELETE FROM trunk WHERE $1 = 'trunks' AND (tenant_id, id) = ($2::int, $3::bigint)
)
DELETE FROM emergency_number WHERE $1 = 'tenants' AND tenant_id = $2::int;

-- name: setup_admin_set
SELECT line FROM admin_set($1, $2::bytea, $3::bigint, $4, $5::jsonb);

-- name: setup_admin_drop
SELECT admin_drop($1, $2::bytea, $3::bigint, $4, $5::bigint);

-- The names of contexts to choose from: only incoming ones ($1), of the tenant $2 (0: all), without the one
-- named $3.
-- name: setup_context_names
SELECT DISTINCT name COLLATE "und-x-icu" AS name FROM context
WHERE (NOT $1::boolean OR type = 'incall') AND $2::int IN (0, tenant_id) AND name IS DISTINCT FROM $3
ORDER BY 1;
