-- A number that comes back must be free in the end: no row that stays has it, and only one row that
-- comes back.
WITH ends AS MATERIALIZED (
	SELECT relation, tenant_id, id, coalesce(state -> 'exten', state -> 'number') AS number,
		(state -> 'context_id')::bigint AS context_id
	FROM back CROSS JOIN LATERAL (SELECT coalesce(now, '') || cells AS state) AS become
	WHERE relation IN ('extension', 'incall', 'voicemail')
		AND (act = 'insert' OR act = 'update' AND cells ?| '{exten,number,context_id}'::text[])
), holders AS (
	-- Without the lines: each of these is found by the key of its number.
	SELECT 'extension' AS relation, tenant_id, id, context_id, exten AS number, line_id, NULL::bigint AS user_id FROM extension
	UNION ALL SELECT 'incall', tenant_id, id, context_id, exten, NULL, user_id FROM incall
	UNION ALL SELECT 'voicemail', tenant_id, id, context_id, number, NULL, NULL FROM voicemail
), taken AS (
	SELECT ends.relation, ends.tenant_id, ends.number, holders.line_id, holders.user_id
	FROM ends
	JOIN holders USING (relation, tenant_id, context_id, number)
	WHERE holders.id <> ends.id
		AND NOT EXISTS (SELECT FROM leaving WHERE leaving.relation = holders.relation AND leaving.id = holders.id)
	UNION ALL
	SELECT relation, tenant_id, number, NULL, NULL
	FROM ends GROUP BY relation, tenant_id, context_id, number
	HAVING count(*) > 1
)
INSERT INTO issue (row_number, key, column_name, value, params)
SELECT 0, CASE relation WHEN 'extension' THEN 'taken.extension' WHEN 'incall' THEN 'taken.incall' ELSE 'taken.voicemail' END,
	CASE relation WHEN 'extension' THEN 'exten' WHEN 'incall' THEN 'incall_exten' ELSE 'voicemail_number' END, number,
	jsonb_strip_nulls(jsonb_build_object('holder', nullif(concat_ws(' ', users.firstname, users.lastname), '')))
FROM taken
LEFT JOIN line ON line.tenant_id = taken.tenant_id AND line.id = taken.line_id
LEFT JOIN users ON users.tenant_id = taken.tenant_id AND users.id = coalesce(taken.user_id, line.user_id);
