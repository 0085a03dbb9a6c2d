-- Actions on many users: the rows of the file of their update (cgi/users/action.h).

-- $1 filter (users_filtered), $2 action, $3 label.  An update replaces labels as a whole, so the cell
-- also has the user's other labels; ; and \ in a name are escaped.
-- name: action_open
DECLARE chosen NO SCROLL CURSOR FOR
SELECT u.uuid, CASE $2::text
		WHEN 'enable' THEN '1'
		WHEN 'delete' THEN '1'
		WHEN 'disable' THEN '0'
		ELSE coalesce((
			SELECT string_agg(replace(replace(name, '\', '\\'), ';', '\;'), ';' ORDER BY name COLLATE "C")
			FROM (
				SELECT g.name FROM user_label m
				JOIN label g ON g.tenant_id = m.tenant_id AND g.id = m.label_id
				WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id AND g.name <> $3
				UNION ALL
				SELECT $3 WHERE $2 = 'label_add'
			) names), '')
	END AS cell
FROM users_filtered($1::jsonb) u
WHERE CASE $2
	WHEN 'enable' THEN NOT u.enabled
	WHEN 'disable' THEN u.enabled
	WHEN 'delete' THEN true
	ELSE ($2 = 'label_add') <> EXISTS (
		SELECT FROM user_label m
		JOIN label g ON g.tenant_id = m.tenant_id AND g.id = m.label_id
		WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id AND g.name = $3)
	END
ORDER BY u.id;

-- name: action_next
FETCH 5000 FROM chosen;
