-- A number or name that comes back is nobody else's by now.
INSERT INTO issue (row_number, key, column_name, value, params)
SELECT 0, 'taken.extension', 'exten', target.exten, jsonb_build_object('holder', concat_ws(' ', users.firstname, users.lastname))
FROM (
	SELECT tenant_id, id, coalesce(cells -> 'exten', now -> 'exten') AS exten,
		coalesce(cells -> 'context_id', now -> 'context_id')::bigint AS context_id
	FROM back WHERE relation = 'extension' AND act = 'update' AND cells ?| '{exten,context_id}'::text[]
) target
JOIN extension x ON x.tenant_id = target.tenant_id AND x.context_id = target.context_id AND x.exten = target.exten
	AND x.id <> target.id
LEFT JOIN back own ON own.relation = 'extension' AND own.id = x.id
	AND (own.act = 'delete' OR own.act = 'update' AND own.cells ?| '{exten,context_id}'::text[])
LEFT JOIN line ON line.tenant_id = x.tenant_id AND line.id = x.line_id
LEFT JOIN users ON users.tenant_id = line.tenant_id AND users.id = line.user_id
WHERE own.id IS NULL;

INSERT INTO issue (row_number, key, column_name, value, params)
SELECT 0, 'taken.incall', 'incall_exten', target.exten, jsonb_build_object('holder', concat_ws(' ', users.firstname, users.lastname))
FROM (
	SELECT tenant_id, id, coalesce(cells -> 'exten', now -> 'exten') AS exten,
		coalesce(cells -> 'context_id', now -> 'context_id')::bigint AS context_id
	FROM back WHERE relation = 'incall' AND act = 'update' AND cells ?| '{exten,context_id}'::text[]
) target
JOIN incall x ON x.tenant_id = target.tenant_id AND x.context_id = target.context_id AND x.exten = target.exten
	AND x.id <> target.id
LEFT JOIN back own ON own.relation = 'incall' AND own.id = x.id
	AND (own.act = 'delete' OR own.act = 'update' AND own.cells ?| '{exten,context_id}'::text[])
LEFT JOIN users ON users.tenant_id = x.tenant_id AND users.id = x.user_id
WHERE own.id IS NULL;

INSERT INTO issue (row_number, key, column_name, value)
SELECT 0, 'taken.voicemail', 'voicemail_number', target.number
FROM (
	SELECT tenant_id, id, coalesce(cells -> 'number', now -> 'number') AS number,
		coalesce(cells -> 'context_id', now -> 'context_id')::bigint AS context_id
	FROM back WHERE relation = 'voicemail' AND act = 'update' AND cells ?| '{number,context_id}'::text[]
) target
JOIN voicemail x ON x.tenant_id = target.tenant_id AND x.context_id = target.context_id AND x.number = target.number
	AND x.id <> target.id
LEFT JOIN back own ON own.relation = 'voicemail' AND own.id = x.id
	AND (own.act = 'delete' OR own.act = 'update' AND own.cells ?| '{number,context_id}'::text[])
WHERE own.id IS NULL;

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
