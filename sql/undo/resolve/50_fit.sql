-- What comes back has to fit to what there is now; where it does not, that part stays as
-- it is, and a warning says so.
-- Rows that give up their number, so that another row can have it.
CREATE TEMP TABLE IF NOT EXISTS leaving (relation text NOT NULL, id bigint NOT NULL);
TRUNCATE leaving;

-- What is in a context, or has a site or profile, that was removed.
WITH lost AS (
	SELECT relation, id, array_agg(ref.key) AS keys
	FROM back
	CROSS JOIN LATERAL each(slice(cells, '{context_id,line_template_id,cti_profile_id}')) AS ref
	WHERE act IN ('insert', 'update') AND ref.value IS NOT NULL AND NOT CASE ref.key
		WHEN 'context_id' THEN EXISTS (SELECT FROM context
			WHERE context.tenant_id = back.tenant_id AND context.id = ref.value::bigint)
		WHEN 'line_template_id' THEN EXISTS (SELECT FROM line_template
			WHERE line_template.tenant_id = back.tenant_id AND line_template.id = ref.value::bigint)
		ELSE EXISTS (SELECT FROM cti_profile
			WHERE cti_profile.tenant_id = back.tenant_id AND cti_profile.id = ref.value::bigint) END
	GROUP BY relation, id
), gone AS (
	UPDATE back
	SET act = CASE WHEN back.act = 'update' OR back.relation = 'users' THEN back.act END,
		cells = CASE WHEN back.act = 'update' THEN cells - keys
				- CASE WHEN 'context_id' = ANY (keys) THEN '{exten,number}'::text[] ELSE '{}' END
			WHEN back.relation = 'users' THEN cells || '"cti_profile_id"=>NULL, "cti_profile_enabled"=>"f"'::hstore
			ELSE cells END
	FROM lost
	WHERE back.relation = lost.relation AND back.id = lost.id
	RETURNING back.relation, back.id, back.item_id, back.name, back.act, keys
)
INSERT INTO left_out
SELECT relation, id, item_id, CASE relation WHEN 'users' THEN 'cti_profile_name' WHEN 'extension' THEN 'exten'
	WHEN 'incall' THEN 'incall_exten' WHEN 'voicemail' THEN 'voicemail_number' ELSE
		CASE WHEN act IS NULL THEN 'line_protocol' WHEN 'context_id' = ANY (keys) THEN 'context' ELSE 'line_site' END END, name
FROM gone;

INSERT INTO leaving
SELECT relation, id
FROM back
WHERE relation IN ('extension', 'incall', 'voicemail')
	AND (act = 'delete' OR act = 'update' AND cells ?| '{exten,number,context_id}'::text[]);
ANALYZE leaving;

-- A number that exists again and is free is taken under its new id.
UPDATE back SET id = x.id, act = 'update', now = hstore(x), cells = slice(back.cells, ARRAY['line_id'])
FROM extension x
WHERE back.relation = 'extension' AND back.act = 'insert' AND x.tenant_id = back.tenant_id
	AND x.context_id = (back.cells -> 'context_id')::bigint AND x.exten = back.cells -> 'exten' AND x.line_id IS NULL
	AND NOT EXISTS (SELECT FROM back own WHERE own.relation = 'extension' AND own.id = x.id);
UPDATE back SET id = i.id, act = 'update', now = hstore(i), cells = slice(back.cells, ARRAY['user_id', 'ring_seconds'])
FROM incall i
WHERE back.relation = 'incall' AND back.act = 'insert' AND i.tenant_id = back.tenant_id
	AND i.context_id = (back.cells -> 'context_id')::bigint AND i.exten = back.cells -> 'exten' AND i.user_id IS NULL
	AND NOT EXISTS (SELECT FROM back own WHERE own.relation = 'incall' AND own.id = i.id);

-- Numbers that somebody else has meanwhile, and keeps.
WITH gone AS (
	UPDATE back SET act = NULL
	FROM (
		SELECT 'extension' AS relation, tenant_id, id, context_id, exten AS number FROM extension
		UNION ALL SELECT 'incall', tenant_id, id, context_id, exten FROM incall
		UNION ALL SELECT 'voicemail', tenant_id, id, context_id, number FROM voicemail
	) x
	WHERE back.act = 'insert' AND back.relation IN ('extension', 'incall', 'voicemail')
		AND x.relation = back.relation AND x.tenant_id = back.tenant_id
		AND x.context_id = (back.cells -> 'context_id')::bigint
		AND x.number = coalesce(back.cells -> 'exten', back.cells -> 'number')
		AND NOT EXISTS (SELECT FROM leaving WHERE leaving.relation = x.relation AND leaving.id = x.id)
	RETURNING back.relation, back.id, back.item_id, back.name
)
INSERT INTO left_out
SELECT relation, id, item_id, CASE relation WHEN 'extension' THEN 'exten' WHEN 'incall' THEN 'incall_exten'
	ELSE 'voicemail_number' END, name
FROM gone;

-- Things that the rows refer to and that no longer exist.
WITH gone AS (
	UPDATE back SET cells = CASE act WHEN 'insert' THEN cells || '"voicemail_id"=>NULL'::hstore ELSE cells - 'voicemail_id'::text END
	WHERE relation = 'users' AND act IN ('insert', 'update') AND cells -> 'voicemail_id' IS NOT NULL
		AND NOT EXISTS (SELECT FROM voicemail v WHERE v.tenant_id = back.tenant_id AND v.id = (back.cells -> 'voicemail_id')::bigint)
		AND NOT EXISTS (SELECT FROM back own WHERE own.relation = 'voicemail' AND own.act = 'insert'
			AND own.id = (back.cells -> 'voicemail_id')::bigint)
	RETURNING relation, id, item_id
)
INSERT INTO left_out SELECT relation, id, item_id, 'voicemail_number', NULL FROM gone;
-- Then the one that such a user has stays.
WITH kept AS (
	UPDATE back SET act = NULL
	WHERE relation = 'voicemail' AND act = 'delete' AND EXISTS (
		SELECT FROM users u
		LEFT JOIN back own ON own.relation = 'users' AND own.id = u.id
		WHERE u.tenant_id = back.tenant_id AND u.voicemail_id = back.id
			AND (own.act = 'delete' OR own.act = 'update' AND own.cells ? 'voicemail_id') IS NOT TRUE)
	RETURNING relation, id
)
DELETE FROM leaving USING kept WHERE leaving.relation = kept.relation AND leaving.id = kept.id;
WITH gone AS (
	UPDATE back SET act = NULL
	WHERE act = 'insert' AND (relation = 'user_label' AND NOT EXISTS (
		SELECT FROM label g WHERE g.tenant_id = back.tenant_id AND g.id = back.item_id)
		OR relation = 'user_call_permission' AND NOT EXISTS (
		SELECT FROM call_permission g WHERE g.tenant_id = back.tenant_id AND g.id = back.item_id)
		OR relation IN ('user_label', 'user_call_permission', 'line') AND NOT EXISTS (
			SELECT FROM users u WHERE u.tenant_id = back.tenant_id AND u.id = (back.cells -> 'user_id')::bigint)
			AND NOT EXISTS (SELECT FROM back own WHERE own.relation = 'users' AND own.act = 'insert' AND own.id = (back.cells -> 'user_id')::bigint)
		-- A user has one line.
		OR relation = 'line' AND EXISTS (
			SELECT FROM line l LEFT JOIN back own ON own.relation = 'line' AND own.id = l.id
			WHERE l.tenant_id = back.tenant_id AND l.user_id = (back.cells -> 'user_id')::bigint
				AND coalesce(own.act, '') <> 'delete'))
	RETURNING relation, id, item_id
)
INSERT INTO left_out SELECT relation, id, item_id, CASE relation WHEN 'user_label' THEN 'labels'
	WHEN 'line' THEN 'line_protocol' ELSE 'call_permissions' END, NULL FROM gone;
WITH gone AS (
	UPDATE back SET cells = cells - '{user_id,ring_seconds}'::text[]
	WHERE relation = 'incall' AND act = 'update' AND cells -> 'user_id' IS NOT NULL
		AND NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = back.tenant_id AND u.id = (back.cells -> 'user_id')::bigint)
		AND NOT EXISTS (SELECT FROM back own WHERE own.relation = 'users' AND own.act = 'insert'
			AND own.id = (back.cells -> 'user_id')::bigint)
	RETURNING relation, id, item_id, name
)
INSERT INTO left_out SELECT relation, id, item_id, 'incall_exten', name FROM gone;
-- Lines that no longer exist, or that have another number meanwhile.
WITH gone AS (
	UPDATE back SET cells = cells - 'line_id'::text, act = CASE act WHEN 'update' THEN act END
	WHERE relation = 'extension' AND act IN ('insert', 'update') AND cells -> 'line_id' IS NOT NULL AND (
		NOT EXISTS (SELECT FROM line l WHERE l.tenant_id = back.tenant_id AND l.id = (back.cells -> 'line_id')::bigint)
		AND NOT EXISTS (SELECT FROM back own WHERE own.relation = 'line' AND own.act = 'insert'
			AND own.id = (back.cells -> 'line_id')::bigint)
		OR EXISTS (SELECT FROM extension x LEFT JOIN back own ON own.relation = 'extension' AND own.id = x.id
			WHERE x.tenant_id = back.tenant_id AND x.line_id = (back.cells -> 'line_id')::bigint AND x.id <> back.id
				AND coalesce(own.act, '') <> 'delete' AND NOT (coalesce(own.act, '') = 'update' AND own.cells ? 'line_id')))
	RETURNING relation, id, item_id, name
)
INSERT INTO left_out SELECT relation, id, item_id, 'exten', name FROM gone;

-- An account of a CTI profile is whole, or stays as it is.
WITH torn AS (
	UPDATE back SET cells = cells - '{cti_profile_enabled,username,password_hash,cti_profile_id}'::text[]
	WHERE relation = 'users' AND act = 'update' AND cells ?| '{cti_profile_enabled,username,password_hash,cti_profile_id}'::text[]
		AND (now || cells) -> 'cti_profile_enabled' = 't' AND ((now || cells) -> 'username' IS NULL
			OR (now || cells) -> 'password_hash' IS NULL OR (now || cells) -> 'cti_profile_id' IS NULL)
	RETURNING relation, id, item_id
)
INSERT INTO left_out SELECT relation, id, item_id, 'cti_profile_enabled', NULL FROM torn;
UPDATE back SET act = NULL WHERE act = 'update' AND cells = '';
