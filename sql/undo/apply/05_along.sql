-- What goes along with users who are deleted is counted for a plan.
CREATE TEMP TABLE IF NOT EXISTS along (relation text NOT NULL, n bigint NOT NULL);
TRUNCATE along;
WITH gone AS MATERIALIZED (
	SELECT tenant_id, id
	FROM back
	WHERE relation = 'users' AND act = 'delete' AND (SELECT current_setting('rollcall.rehearsal', true)) = 'on'
), lines AS MATERIALIZED (
	SELECT line.tenant_id, line.id FROM line JOIN gone ON gone.tenant_id = line.tenant_id AND gone.id = line.user_id
), rows AS (
	SELECT 'line' AS relation, id, 0::bigint AS item_id FROM lines
	UNION ALL
	SELECT 'extension', x.id, 0 FROM extension x JOIN lines ON lines.tenant_id = x.tenant_id AND lines.id = x.line_id
	UNION ALL
	SELECT 'user_call_permission', m.user_id, m.call_permission_id
	FROM user_call_permission m JOIN gone ON gone.tenant_id = m.tenant_id AND gone.id = m.user_id
	UNION ALL
	SELECT 'user_label', m.user_id, m.label_id FROM user_label m JOIN gone ON gone.tenant_id = m.tenant_id AND gone.id = m.user_id
)
INSERT INTO along
SELECT relation, count(*)
FROM rows
-- Not what is counted as a row of its own, or moves to somebody else.
WHERE NOT EXISTS (SELECT FROM back own WHERE own.relation = rows.relation AND own.id = rows.id AND own.item_id = rows.item_id
	AND (own.act = 'delete' OR own.act = 'update' AND own.cells ? 'line_id'))
GROUP BY relation;
