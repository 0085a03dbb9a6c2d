-- Phonebooks, and the users that they list.  Row level security shows the scope's tenants only.  Times are ISO 8601 in UTC.

-- name: phonebook_list
SELECT p.id, p.name, p.mobile, p.plain, p.admin_name, p.used_on, t.name AS entity,
	to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM phonebook p
JOIN tenant t ON t.id = p.tenant_id
ORDER BY p.tenant_id, p.name COLLATE "und-x-icu";

-- Returns no row if the name is taken.
-- name: phonebook_add
INSERT INTO phonebook (tenant_id, name, token_hash, mobile, plain, admin_name)
VALUES ($1::int, $2, $3::bytea, $4::boolean, $5::boolean, $6)
ON CONFLICT (tenant_id, name) DO NOTHING
RETURNING id;

-- name: phonebook_revoke
DELETE FROM phonebook WHERE id = $1::bigint RETURNING name;

-- name: phonebook_find
SELECT tenant_id, name, mobile, plain FROM phonebook_find($1::bytea);

-- The enabled users who have a number, by name.  $1: what is searched for, '' for all; $2:
-- whether mobile numbers count; $3 how many (null: all) after how many ($4).  Numbers in a
-- list have blanks between them.
-- name: phonebook_users
SELECT u.uuid, u.firstname, u.lastname, x.exten, calls.numbers AS incalls,
	CASE WHEN $2::boolean THEN u.mobile_phone_number END AS mobile
FROM users_matching($1) u
LEFT JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id
LEFT JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id AND x.exten NOT LIKE '\_%'
LEFT JOIN (
	SELECT i.tenant_id, i.user_id, string_agg(i.exten, ' ' ORDER BY i.id) AS numbers
	FROM incall i
	WHERE i.user_id IS NOT NULL
	GROUP BY i.tenant_id, i.user_id
) calls ON calls.tenant_id = u.tenant_id AND calls.user_id = u.id
WHERE u.enabled AND (x.exten IS NOT NULL OR calls.numbers IS NOT NULL OR $2 AND u.mobile_phone_number IS NOT NULL)
ORDER BY concat_ws(' ', u.firstname, u.lastname) COLLATE "und-x-icu", u.id
LIMIT $3::bigint OFFSET $4::bigint;
