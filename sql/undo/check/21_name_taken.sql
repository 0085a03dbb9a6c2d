-- A name that comes back, and is unique over all tenants, must be free: no user or line that stays has it.
WITH wanted AS MATERIALIZED (
	SELECT relation, name.column_name, cells -> name.column_name AS value,
		CASE relation WHEN 'users' THEN lower(cells -> name.column_name) ELSE cells -> name.column_name END AS key,
		CASE relation WHEN 'users' THEN id ELSE user_id END AS user_id
	FROM back
	JOIN (VALUES ('users', 'email'), ('users', 'username'), ('line', 'sip_username')) AS name (relation, column_name)
		USING (relation)
	WHERE act IN ('insert', 'update') AND cells -> name.column_name IS NOT NULL
), taken AS (
	SELECT 'email' AS column_name, key, user_id
	FROM pg_temp.parts_of('back') part
	CROSS JOIN LATERAL taken_emails(ARRAY(SELECT lower(cells -> 'email') FROM back
		WHERE ctid >= part.low AND ctid < part.high AND relation = 'users' AND act IN ('insert', 'update') AND cells -> 'email' IS NOT NULL))
	UNION ALL
	SELECT 'username', key, user_id
	FROM pg_temp.parts_of('back') part
	CROSS JOIN LATERAL taken_usernames(ARRAY(SELECT lower(cells -> 'username') FROM back
		WHERE ctid >= part.low AND ctid < part.high AND relation = 'users' AND act IN ('insert', 'update') AND cells -> 'username' IS NOT NULL))
	UNION ALL
	SELECT 'sip_username', key, user_id
	FROM pg_temp.parts_of('back') part
	CROSS JOIN LATERAL taken_sip_usernames(ARRAY(SELECT cells -> 'sip_username' FROM back
		WHERE ctid >= part.low AND ctid < part.high AND relation = 'line' AND act IN ('insert', 'update') AND cells -> 'sip_username' IS NOT NULL))
)
INSERT INTO issue (row_number, key, column_name, value)
SELECT 0, CASE wanted.relation WHEN 'users' THEN 'taken.user' ELSE 'taken.sip' END, wanted.column_name, wanted.value
FROM wanted
JOIN taken USING (column_name, key)
LEFT JOIN back own ON own.relation = wanted.relation
	AND CASE own.relation WHEN 'users' THEN own.id ELSE own.user_id END = taken.user_id
	AND (own.act = 'delete' OR own.act = 'update' AND own.cells ? wanted.column_name)
WHERE taken.user_id IS DISTINCT FROM wanted.user_id AND own.id IS NULL;
