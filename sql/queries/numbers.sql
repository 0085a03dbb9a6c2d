-- The numbers and their owners, for their pages and the API.  $1 is the kind: extension, incall or voicemail.

-- $2 search in number, name and owner ('' for all), $3 context ('' for all), $4 state: '',
-- used, free, reserved; $5 how many, $6 after how many; $7 an id, null for all; $8 how many are counted at most, null for all;
-- $9 the search as a number, null if it is none, or the same.
-- name: numbers_list
WITH found AS (
	SELECT p.place, p.total, p.more, n.*
	FROM numbers_page($1::text, $2::text, $3::text, $4::text, $5::bigint, $6::bigint, $8::bigint, $9::text) p
	CROSS JOIN LATERAL (
		SELECT * FROM number_row n
		WHERE n.kind = $1 AND n.tenant_id = p.tenant_id AND n.context_id = p.context_id AND n.number = p.number OFFSET 0
	) n
	WHERE $7::bigint IS NULL
	UNION ALL
	SELECT 1, 1, false, n.* FROM number_row n WHERE n.kind = $1 AND n.id = $7::bigint
), page AS (
	SELECT n.*, c.name AS context, t.name AS tenant, t.uuid AS tenant_uuid, r.number IS NOT NULL AS reserved
	FROM found n
	JOIN context c ON (c.tenant_id, c.id) = (n.tenant_id, n.context_id)
	JOIN tenant t ON t.id = n.tenant_id
	LEFT JOIN context_reserved r ON (r.tenant_id, r.context_id, r.number) = (n.tenant_id, n.context_id, n.number)
		AND $1 <> 'voicemail'
)
SELECT p.*, CASE
	WHEN p.owners = 0 THEN '[]'
	WHEN p.owners = 1 THEN json_build_array(json_build_object('uuid', p.uuid, 'name', p.owner))
	-- A voicemail can have several owners.
	ELSE (SELECT json_agg(json_build_object('uuid', u.uuid, 'name', u.name)) FROM (
		SELECT uuid, concat_ws(' ', firstname, lastname) AS name FROM users
		WHERE (tenant_id, voicemail_id) = (p.tenant_id, p.id) ORDER BY 2, id LIMIT 100) u) END AS users
FROM page p
ORDER BY p.place;

-- The id of the number $3 of the context $2.
-- name: numbers_find
SELECT id FROM number_row WHERE kind = $1 AND context_id = $2::bigint AND number = $3 AND id IS NOT NULL;

-- The contexts in which a number of the kind can be.
-- name: numbers_contexts
SELECT c.id, c.tenant_id, c.name, t.name AS tenant FROM context c JOIN tenant t ON t.id = c.tenant_id
WHERE CASE $1::text WHEN 'extension' THEN c.type = 'internal' WHEN 'incall' THEN c.type = 'incall' ELSE true END
ORDER BY t.name, c.name COLLATE "und-x-icu";

-- What is wrong with the numbers from $3 to $4 in the context $2: the first of each kind.  The number with
-- the id $5 does not count.  Numbers are of one length and of digits, with an optional + in front.
-- name: numbers_faults
WITH wanted AS (
	SELECT concat(substring($3 FROM '^\+'), lpad(n::text, length(ltrim($3, '+')), '0')) AS number
	FROM generate_series(ltrim($3, '+')::numeric, ltrim($4, '+')::numeric) n
), placed AS (
	SELECT w.number, c.* FROM wanted w CROSS JOIN (SELECT * FROM context WHERE id = $2::bigint) c
)
SELECT 'outside' AS fault, min(p.number) AS number FROM placed p
WHERE $1 <> 'voicemail' AND NOT EXISTS (SELECT FROM context_range r
	WHERE (r.tenant_id, r.context_id) = (p.tenant_id, p.id)
		AND r.kind = CASE $1 WHEN 'incall' THEN 'incall' ELSE 'user' END
		AND length(r.low) = length(ltrim(p.number, '+')) AND ltrim(p.number, '+') COLLATE "C" BETWEEN r.low AND r.high)
HAVING count(*) > 0
UNION ALL
SELECT 'taken', min(p.number) FROM placed p
WHERE EXISTS (SELECT FROM number_row n WHERE n.kind = $1 AND n.id IS NOT NULL AND n.tenant_id = p.tenant_id AND n.context_id = p.id
	AND ltrim(n.number, '+') = ltrim(p.number, '+') AND n.id <> $5::bigint)
HAVING count(*) > 0;

-- name: numbers_add_extension
INSERT INTO extension (tenant_id, context_id, exten)
SELECT c.tenant_id, c.id, concat(substring($2 FROM '^\+'), lpad(n::text, length(ltrim($2, '+')), '0'))
FROM context c CROSS JOIN generate_series(ltrim($2, '+')::numeric, ltrim($3, '+')::numeric) n
WHERE c.id = $1::bigint;

-- name: numbers_add_incall
INSERT INTO incall (tenant_id, context_id, exten)
SELECT c.tenant_id, c.id, concat(substring($2 FROM '^\+'), lpad(n::text, length(ltrim($2, '+')), '0'))
FROM context c CROSS JOIN generate_series(ltrim($2, '+')::numeric, ltrim($3, '+')::numeric) n
WHERE c.id = $1::bigint;

-- A voicemail has a name: $4, or its number.
-- name: numbers_add_voicemail
INSERT INTO voicemail (tenant_id, context_id, number, name)
SELECT c.tenant_id, c.id, lpad(n::text, length($2::text), '0'), coalesce(nullif($4, ''), lpad(n::text, length($2::text), '0'))
FROM context c CROSS JOIN generate_series($2::text::numeric, $3::text::numeric) n
WHERE c.id = $1::bigint;

-- name: numbers_reserve
INSERT INTO context_reserved (tenant_id, context_id, number)
SELECT c.tenant_id, c.id, concat(substring($2 FROM '^\+'), lpad(n::text, length(ltrim($2, '+')), '0'))
FROM context c CROSS JOIN generate_series(ltrim($2, '+')::numeric, ltrim($3, '+')::numeric) n
WHERE c.id = $1::bigint
ON CONFLICT DO NOTHING;

-- name: numbers_release
DELETE FROM context_reserved r USING number_row n
WHERE n.kind = $1 AND n.id = $2::bigint AND (r.tenant_id, r.context_id, r.number) = (n.tenant_id, n.context_id, n.number);

-- Only a free number.  Its reservation moves with it.  $4: the name of a voicemail, null: as it is.
-- name: numbers_rename
WITH one AS (
	SELECT * FROM number_row WHERE kind = $1 AND id = $2::bigint AND owners = 0
), moved AS (
	DELETE FROM context_reserved r USING one
	WHERE (r.tenant_id, r.context_id, r.number) = (one.tenant_id, one.context_id, one.number) AND $1 <> 'voicemail'
	RETURNING r.tenant_id, r.context_id
), again AS (
	INSERT INTO context_reserved (tenant_id, context_id, number) SELECT tenant_id, context_id, $3 FROM moved
	ON CONFLICT DO NOTHING
), extensions AS (
	UPDATE extension x SET exten = $3 FROM one WHERE $1 = 'extension' AND (x.tenant_id, x.id) = (one.tenant_id, one.id)
), incalls AS (
	UPDATE incall i SET exten = $3 FROM one WHERE $1 = 'incall' AND (i.tenant_id, i.id) = (one.tenant_id, one.id)
), voicemails AS (
	UPDATE voicemail v SET number = $3, name = coalesce($4, v.name) FROM one WHERE $1 = 'voicemail' AND (v.tenant_id, v.id) = (one.tenant_id, one.id)
)
SELECT id FROM one;

-- Only a free number.  Its reservation is deleted too.
-- name: numbers_delete
WITH one AS (
	SELECT * FROM number_row WHERE kind = $1 AND id = $2::bigint AND owners = 0
), released AS (
	DELETE FROM context_reserved r USING one
	WHERE (r.tenant_id, r.context_id, r.number) = (one.tenant_id, one.context_id, one.number) AND $1 <> 'voicemail'
), extensions AS (
	DELETE FROM extension x USING one WHERE $1 = 'extension' AND (x.tenant_id, x.id) = (one.tenant_id, one.id)
), incalls AS (
	DELETE FROM incall i USING one WHERE $1 = 'incall' AND (i.tenant_id, i.id) = (one.tenant_id, one.id)
), voicemails AS (
	DELETE FROM voicemail v USING one WHERE $1 = 'voicemail' AND (v.tenant_id, v.id) = (one.tenant_id, one.id)
)
SELECT id FROM one;
