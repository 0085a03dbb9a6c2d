-- A number or name that comes back is nobody else's in the end: of a row that stays as it is,
-- or of another that comes back.
WITH ends AS MATERIALIZED (
	SELECT relation, tenant_id, id, coalesce(state -> 'exten', state -> 'number') AS number,
		(state -> 'context_id')::bigint AS context_id
	FROM back CROSS JOIN LATERAL (SELECT coalesce(now, '') || cells AS state) AS become
	WHERE relation IN ('extension', 'incall', 'voicemail')
		AND (act = 'insert' OR act = 'update' AND cells ?| '{exten,number,context_id}'::text[])
), holders AS (
	SELECT 'extension' AS relation, x.tenant_id, x.id, x.context_id, x.exten AS number, line.user_id
	FROM extension x LEFT JOIN line ON line.tenant_id = x.tenant_id AND line.id = x.line_id
	UNION ALL SELECT 'incall', tenant_id, id, context_id, exten, user_id FROM incall
	UNION ALL SELECT 'voicemail', tenant_id, id, context_id, number, NULL FROM voicemail
), taken AS (
	SELECT ends.relation, ends.tenant_id, ends.number, holders.user_id
	FROM ends
	JOIN holders USING (relation, tenant_id, context_id, number)
	WHERE holders.id <> ends.id
		AND NOT EXISTS (SELECT FROM leaving WHERE leaving.relation = holders.relation AND leaving.id = holders.id)
	UNION ALL
	SELECT relation, tenant_id, number, NULL
	FROM ends GROUP BY relation, tenant_id, context_id, number
	HAVING count(*) > 1
)
INSERT INTO issue (row_number, key, column_name, value, params)
SELECT 0, CASE relation WHEN 'extension' THEN 'taken.extension' WHEN 'incall' THEN 'taken.incall' ELSE 'taken.voicemail' END,
	CASE relation WHEN 'extension' THEN 'exten' WHEN 'incall' THEN 'incall_exten' ELSE 'voicemail_number' END, number,
	jsonb_strip_nulls(jsonb_build_object('holder', nullif(concat_ws(' ', users.firstname, users.lastname), '')))
FROM taken
LEFT JOIN users ON users.tenant_id = taken.tenant_id AND users.id = taken.user_id;

INSERT INTO issue (row_number, key, column_name, value)
SELECT 0, 'taken.user', 'email', back.cells -> 'email'
FROM back
JOIN taken_emails(ARRAY(SELECT lower(cells -> 'email') FROM back WHERE relation = 'users' AND act IN ('insert', 'update')
	AND cells -> 'email' IS NOT NULL)) taken ON taken.key = lower(back.cells -> 'email')
LEFT JOIN back own ON own.relation = 'users' AND own.id = taken.user_id
	AND (own.act = 'delete' OR own.act = 'update' AND own.cells ? 'email')
WHERE back.relation = 'users' AND back.act IN ('insert', 'update') AND taken.user_id <> back.id AND own.id IS NULL;

INSERT INTO issue (row_number, key, column_name, value)
SELECT 0, 'taken.user', 'username', back.cells -> 'username'
FROM back
JOIN taken_usernames(ARRAY(SELECT lower(cells -> 'username') FROM back WHERE relation = 'users' AND act IN ('insert', 'update')
	AND cells -> 'username' IS NOT NULL)) taken ON taken.key = lower(back.cells -> 'username')
LEFT JOIN back own ON own.relation = 'users' AND own.id = taken.user_id
	AND (own.act = 'delete' OR own.act = 'update' AND own.cells ? 'username')
WHERE back.relation = 'users' AND back.act IN ('insert', 'update') AND taken.user_id <> back.id AND own.id IS NULL;

INSERT INTO issue (row_number, key, column_name, value)
SELECT 0, 'taken.sip', 'sip_username', back.cells -> 'sip_username'
FROM back
JOIN taken_sip_usernames(ARRAY(SELECT cells -> 'sip_username' FROM back WHERE relation = 'line' AND act IN ('insert', 'update')
	AND cells -> 'sip_username' IS NOT NULL)) taken ON taken.key = back.cells -> 'sip_username'
LEFT JOIN back own ON own.relation = 'line' AND own.user_id = taken.user_id
	AND (own.act = 'delete' OR own.act = 'update' AND own.cells ? 'sip_username')
WHERE back.relation = 'line' AND back.act IN ('insert', 'update') AND taken.user_id IS DISTINCT FROM back.user_id
	AND own.id IS NULL;
