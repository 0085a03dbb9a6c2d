-- The cells that an undo would change, by user, and of each in the order of a file.  Lists are shown as a whole.
INSERT INTO job_change (job_id, n, tenant_id, row_number, line, user_uuid, user_name, column_name, old, new, generated)
WITH leaver AS MATERIALIZED (
	SELECT tenant_id, id FROM back WHERE relation = 'users' AND act = 'delete'
), listed AS MATERIALIZED (
	SELECT DISTINCT tenant_id, relation, id AS user_id
	FROM back
	WHERE relation IN ('user_label', 'user_call_permission') AND act IS NOT NULL
), member AS (
	SELECT l.*, m.label_id AS item_id, true AS is_now, NOT EXISTS (SELECT FROM back own
		WHERE own.relation = l.relation AND own.id = l.user_id AND own.item_id = m.label_id AND own.act = 'delete') AS is_then
	FROM listed l
	JOIN user_label m ON m.tenant_id = l.tenant_id AND m.user_id = l.user_id
	WHERE l.relation = 'user_label'
	UNION ALL
	SELECT l.*, m.call_permission_id, true, NOT EXISTS (SELECT FROM back own
		WHERE own.relation = l.relation AND own.id = l.user_id AND own.item_id = m.call_permission_id AND own.act = 'delete')
	FROM listed l
	JOIN user_call_permission m ON m.tenant_id = l.tenant_id AND m.user_id = l.user_id
	WHERE l.relation = 'user_call_permission'
	UNION ALL
	SELECT tenant_id, relation, id, item_id, false, true
	FROM back
	WHERE relation IN ('user_label', 'user_call_permission') AND act = 'insert'
), item AS (
	SELECT m.tenant_id, m.user_id, m.relation, coalesce(g.name, p.name) COLLATE "C" AS name, m.is_now,
		m.is_then AND (m.tenant_id, m.user_id) NOT IN (SELECT tenant_id, id FROM leaver) AS is_then
	FROM member m
	LEFT JOIN label g ON m.relation = 'user_label' AND g.tenant_id = m.tenant_id AND g.id = m.item_id
	LEFT JOIN call_permission p ON m.relation = 'user_call_permission' AND p.tenant_id = m.tenant_id AND p.id = m.item_id
), moved AS MATERIALIZED (
	-- Incoming numbers: whose they are, and as they will be.
	SELECT back.tenant_id, back.id, incall.user_id,
		CASE act WHEN 'insert' THEN cells WHEN 'update' THEN now || cells END AS becomes
	FROM back
	LEFT JOIN incall ON incall.tenant_id = back.tenant_id AND incall.id = back.id
	WHERE relation = 'incall' AND act IS NOT NULL
), held AS (
	SELECT i.tenant_id, i.user_id, i.exten, i.context_id, i.ring_seconds, true AS is_now, own.id IS NULL AS is_then
	FROM (SELECT tenant_id, user_id FROM moved UNION SELECT tenant_id, (becomes -> 'user_id')::bigint FROM moved) whose
	JOIN incall i ON i.tenant_id = whose.tenant_id AND i.user_id = whose.user_id
	LEFT JOIN moved own ON own.id = i.id
	UNION ALL
	SELECT tenant_id, (becomes -> 'user_id')::bigint, becomes -> 'exten', (becomes -> 'context_id')::bigint,
		(becomes -> 'ring_seconds')::int, false, true
	FROM moved
	WHERE becomes -> 'user_id' IS NOT NULL
), number AS (
	SELECT held.*, context.name COLLATE "C" AS context
	FROM held
	JOIN context ON context.tenant_id = held.tenant_id AND context.id = held.context_id
), kept AS MATERIALIZED (
	-- As a column, and without an ordinality: else the function below is called, and planned, for each row.
	SELECT ROW(0, 0, back.tenant_id, back.relation, back.id, back.item_id, back.user_id, back.name,
		back.act, CASE back.act WHEN 'insert' THEN NULL WHEN 'update' THEN row_masked(slice(back.now, akeys(back.cells)))
			ELSE row_masked(CASE back.relation WHEN 'users' THEN (SELECT hstore(u) FROM users u
				WHERE u.tenant_id = back.tenant_id AND u.id = back.id) ELSE back.now END) END,
		CASE back.act WHEN 'delete' THEN NULL ELSE row_masked(back.cells) END)::job_row_change AS row
	FROM back
	WHERE back.act IS NOT NULL AND back.relation NOT IN ('user_label', 'user_call_permission')
		AND (back.relation <> 'incall' OR back.id NOT IN (
			SELECT id FROM moved WHERE user_id IS NOT NULL OR becomes -> 'user_id' IS NOT NULL))
), cell AS (
	SELECT (row).tenant_id, whose.id AS user_id, CASE WHEN whose.id IS NULL THEN (row).id END AS id, (row).name,
		cell.column_name, cell.was, cell.becomes
	FROM kept
	CROSS JOIN LATERAL change_cells(row) AS cell
	-- The line of a number that comes back may not be there yet.
	CROSS JOIN LATERAL (SELECT coalesce(cell.user_id, (row).user_id) AS id) whose
	UNION ALL
	SELECT tenant_id, user_id, NULL, NULL, CASE relation WHEN 'user_label' THEN 'labels' ELSE 'call_permissions' END,
		string_agg(replace(replace(name, '\', '\\'), ';', '\;'), ';' ORDER BY name) FILTER (WHERE is_now),
		string_agg(replace(replace(name, '\', '\\'), ';', '\;'), ';' ORDER BY name) FILTER (WHERE is_then)
	FROM item
	GROUP BY tenant_id, user_id, relation
	UNION ALL
	SELECT list.tenant_id, list.user_id, NULL, NULL, column_name, was, becomes
	FROM (
		SELECT tenant_id, user_id,
			string_agg(exten, ';' ORDER BY exten, context) FILTER (WHERE is_now) AS extens,
			string_agg(exten, ';' ORDER BY exten, context) FILTER (WHERE is_then) AS new_extens,
			string_agg(replace(replace(context, '\', '\\'), ';', '\;'), ';' ORDER BY exten, context) FILTER (WHERE is_now) AS contexts,
			string_agg(replace(replace(context, '\', '\\'), ';', '\;'), ';' ORDER BY exten, context) FILTER (WHERE is_then) AS new_contexts,
			CASE WHEN count(ring_seconds) FILTER (WHERE is_now) > 0 THEN
				string_agg(coalesce(ring_seconds::text, ''), ';' ORDER BY exten, context) FILTER (WHERE is_now) END AS rings,
			CASE WHEN count(ring_seconds) FILTER (WHERE is_then) > 0 THEN
				string_agg(coalesce(ring_seconds::text, ''), ';' ORDER BY exten, context) FILTER (WHERE is_then) END AS new_rings
		FROM number
		GROUP BY tenant_id, user_id
	) list
	CROSS JOIN LATERAL (VALUES ('incall_exten', extens, new_extens), ('incall_context', contexts, new_contexts),
		('incall_ring_seconds', rings, new_rings)) AS cell (column_name, was, becomes)
	WHERE was IS DISTINCT FROM becomes
)
SELECT job_id(), row_number() OVER (ORDER BY cell.user_id, cell.id, place.attnum, cell.was, cell.becomes), job_tenant(), 0, 0,
	coalesce(users.uuid, (own.cells -> 'uuid')::uuid),
	coalesce(nullif(concat_ws(' ', users.firstname, users.lastname), ''),
		nullif(concat_ws(' ', own.cells -> 'firstname', own.cells -> 'lastname'), ''), cell.name, ''),
	cell.column_name,
	CASE WHEN length(cell.was) > 1000 THEN left(cell.was, 1000) || '…' ELSE cell.was END,
	CASE WHEN length(cell.becomes) > 1000 THEN left(cell.becomes, 1000) || '…' ELSE cell.becomes END, false
FROM cell
LEFT JOIN pg_attribute place ON place.attrelid = 'user_row'::regclass AND place.attname = cell.column_name
LEFT JOIN users ON users.tenant_id = cell.tenant_id AND users.id = cell.user_id
LEFT JOIN back own ON own.relation = 'users' AND own.id = cell.user_id AND own.act = 'insert';
