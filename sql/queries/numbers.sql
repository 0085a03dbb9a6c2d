-- The pages of numbers.  $1 is the kind: extension, incall or voicemail.

-- $2 search in number, name and owner ('' for all), $3 context ('' for all), $4 state: '',
-- used, free, reserved; $5 how many, $6 after how many.
-- name: numbers_list
SELECT n.id, n.number, n.name, n.owners, n.uuid, n.owner, c.name AS context, t.name AS tenant,
	r.number IS NOT NULL AS reserved, count(*) OVER () AS total
FROM number_row n
JOIN context c ON (c.tenant_id, c.id) = (n.tenant_id, n.context_id)
JOIN tenant t ON t.id = n.tenant_id
LEFT JOIN context_reserved r ON (r.tenant_id, r.context_id, r.number) = (n.tenant_id, n.context_id, n.number)
	AND $1 <> 'voicemail'
WHERE n.kind = $1
	AND ($2 = '' OR strpos(n.number, $2) > 0 OR strpos(lower(n.owner), lower($2)) > 0
		OR strpos(lower(n.name), lower($2)) > 0)
	AND ($3 = '' OR c.name = $3)
	AND CASE $4::text WHEN 'used' THEN n.owners > 0 WHEN 'free' THEN n.owners = 0 AND r.number IS NULL
		WHEN 'reserved' THEN r.number IS NOT NULL ELSE true END
ORDER BY t.name, c.name COLLATE "und-x-icu", length(n.number), n.number
LIMIT $5::bigint OFFSET $6::bigint;

-- name: numbers_one
SELECT n.tenant_id, n.number, n.name, n.owners, c.name AS context, r.number IS NOT NULL AS reserved
FROM number_row n
JOIN context c ON (c.tenant_id, c.id) = (n.tenant_id, n.context_id)
LEFT JOIN context_reserved r ON (r.tenant_id, r.context_id, r.number) = (n.tenant_id, n.context_id, n.number)
	AND $1 <> 'voicemail'
WHERE n.kind = $1 AND n.id = $2::bigint;

-- All who have the number $2: a voicemail may be shared.
-- name: numbers_owners
SELECT u.uuid, concat_ws(' ', u.firstname, u.lastname) AS name
FROM users u
WHERE CASE $1::text
	WHEN 'voicemail' THEN u.voicemail_id = $2::bigint
	WHEN 'incall' THEN u.id = (SELECT i.user_id FROM incall i WHERE i.tenant_id = u.tenant_id AND i.id = $2::bigint)
	ELSE u.id = (SELECT l.user_id FROM extension x JOIN line l ON (l.tenant_id, l.id) = (x.tenant_id, x.line_id)
		WHERE x.tenant_id = u.tenant_id AND x.id = $2::bigint) END
ORDER BY 2 LIMIT 100;

-- The contexts in which a number of the kind can be.
-- name: numbers_contexts
SELECT c.id, c.tenant_id, c.name, t.name AS tenant FROM context c JOIN tenant t ON t.id = c.tenant_id
WHERE CASE $1::text WHEN 'extension' THEN c.type = 'internal' WHEN 'incall' THEN c.type = 'incall' ELSE true END
ORDER BY t.name, c.name COLLATE "und-x-icu";

-- What is wrong with the numbers from $3 to $4 in the context $2, of another id than $5: the
-- first of each kind.  Numbers are of one length and of digits, with an optional + in front.
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

-- name: numbers_add_voicemail
INSERT INTO voicemail (tenant_id, context_id, number, name)
SELECT c.tenant_id, c.id, lpad(n::text, length($2::text), '0'), lpad(n::text, length($2::text), '0')
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

-- Only a free number.  Its reservation moves with it.
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
	UPDATE voicemail v SET number = $3 FROM one WHERE $1 = 'voicemail' AND (v.tenant_id, v.id) = (one.tenant_id, one.id)
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
