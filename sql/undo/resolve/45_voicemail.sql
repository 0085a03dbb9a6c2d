-- A voicemail comes back where it is free: nobody gets into one that is another's by now, and nobody
-- inherits a name, a PIN or an address from a number.  Who had it before the job shares it as before.
CREATE TEMP TABLE IF NOT EXISTS left_out (
	relation text NOT NULL, id bigint NOT NULL, item_id bigint NOT NULL, column_name text NOT NULL, value text);
-- Who has these voicemails and keeps them, and whether that was so before the job; null: if nothing later says otherwise.
CREATE TEMP TABLE IF NOT EXISTS holder (
	tenant_id int NOT NULL, id bigint NOT NULL, user_id bigint NOT NULL, thousand bigint NOT NULL, had boolean);
TRUNCATE left_out, holder;

INSERT INTO holder
SELECT u.tenant_id, u.voicemail_id, u.id, u.id / 1000, CASE
	WHEN NOT own.existed THEN false
	WHEN own.new ? 'voicemail_id' OR NOT own.remained THEN coalesce(own.old -> 'voicemail_id' = u.voicemail_id::text, false) END
FROM (
	SELECT tenant_id, (cells -> 'voicemail_id')::bigint AS id
	FROM back
	WHERE relation = 'users' AND act IN ('insert', 'update') AND cells -> 'voicemail_id' IS NOT NULL
	UNION
	SELECT tenant_id, id FROM back WHERE relation = 'voicemail' AND act = 'update'
) wanted
JOIN users u ON u.tenant_id = wanted.tenant_id AND u.voicemail_id = wanted.id
LEFT JOIN back own ON own.relation = 'users' AND own.id = u.id
WHERE (own.act = 'delete' OR own.act = 'update' AND own.cells ? 'voicemail_id') IS NOT TRUE;
ANALYZE holder;

-- What the first change since then says that a holder had; an import keeps only whom it made.
WITH later AS MATERIALIZED (
	SELECT id FROM job WHERE ended_at > (SELECT ended_at FROM undone)
), since_then AS (
	SELECT DISTINCT ON (h.user_id) h.user_id, c.old -> 'voicemail_id' IS NOT DISTINCT FROM h.id::text AS had
	FROM holder h
	JOIN kept_change c ON c.tenant_id = h.tenant_id AND c.thousand = h.thousand AND c.user_id = h.user_id
	JOIN later ON later.id = c.job_id
	WHERE h.had IS NULL AND c.relation = 'users' AND (c.how <> 'update' OR c.new ? 'voicemail_id')
	ORDER BY h.user_id, c.n
)
UPDATE holder
SET had = false
FROM (
	SELECT user_id FROM since_then WHERE NOT had
	UNION
	SELECT h.user_id
	FROM holder h
	JOIN job_made made ON made.tenant_id = h.tenant_id AND made.relation = 'users'
		AND h.user_id BETWEEN made.low AND made.high AND (made.ids IS NULL OR h.user_id = ANY (made.ids))
	JOIN later ON later.id = made.job_id
) came
WHERE holder.user_id = came.user_id AND holder.had IS NULL;
UPDATE holder SET had = true WHERE had IS NULL;

-- Of one that nobody has it is enough that it is another one now: somebody had it meanwhile.
WITH altered AS (
	SELECT v.tenant_id, v.id
	FROM (SELECT DISTINCT tenant_id, (cells -> 'voicemail_id')::bigint AS id FROM back
		WHERE relation = 'users' AND act IN ('insert', 'update') AND cells -> 'voicemail_id' IS NOT NULL) wanted
	JOIN voicemail v USING (tenant_id, id)
	JOIN job_row_change c ON c.relation = 'voicemail' AND c.tenant_id = v.tenant_id AND c.id = v.id
	JOIN job ON job.id = c.job_id AND job.ended_at > (SELECT ended_at FROM undone)
	LEFT JOIN job_row_secret s ON s.job_id = c.job_id AND s.n = c.n
	WHERE NOT EXISTS (SELECT FROM holder WHERE holder.tenant_id = v.tenant_id AND holder.id = v.id)
	GROUP BY v.tenant_id, v.id
	-- Who may not see secrets learns nothing of a PIN by this.
	HAVING NOT hstore(v) @> (hstore_merge(c.old || coalesce(s.old, '') ORDER BY c.n DESC)
		- CASE WHEN (SELECT job_secrets()) THEN '{}' ELSE secret_columns() END)
), taken AS (
	SELECT tenant_id, id FROM altered
	UNION
	SELECT tenant_id, id FROM holder WHERE NOT had
), gone AS (
	UPDATE back
	SET cells = CASE act WHEN 'insert' THEN cells || '"voicemail_id"=>NULL'::hstore ELSE cells - 'voicemail_id'::text END
	FROM taken
	JOIN voicemail v USING (tenant_id, id)
	WHERE NOT (SELECT force FROM undone) AND back.relation = 'users' AND back.act IN ('insert', 'update')
		AND back.tenant_id = taken.tenant_id AND (back.cells -> 'voicemail_id')::bigint = taken.id
	RETURNING back.relation, back.id, back.item_id, v.number
)
INSERT INTO left_out SELECT relation, id, item_id, 'voicemail_number', number FROM gone;

-- One that is others' alone by now keeps what they have in it.
UPDATE back
SET act = NULL
WHERE relation = 'voicemail' AND act = 'update' AND NOT (SELECT force FROM undone)
	AND EXISTS (SELECT FROM holder WHERE holder.tenant_id = back.tenant_id AND holder.id = back.id AND NOT had)
	AND NOT EXISTS (SELECT FROM holder WHERE holder.tenant_id = back.tenant_id AND holder.id = back.id AND had)
	AND back.id NOT IN (SELECT (comes.cells -> 'voicemail_id')::bigint FROM back comes
		WHERE comes.relation = 'users' AND comes.act IN ('insert', 'update') AND comes.cells -> 'voicemail_id' IS NOT NULL);

-- A voicemail that somebody else has, or who stays, is no longer that of the job alone.
UPDATE back SET act = NULL
WHERE relation = 'voicemail' AND act IN ('delete', 'update') AND EXISTS (
	SELECT FROM users u
	WHERE u.tenant_id = back.tenant_id AND u.voicemail_id = back.id
		AND (back.act = 'delete' OR u.id IN (SELECT user_id FROM stays))
		AND NOT EXISTS (SELECT FROM back own WHERE own.relation = 'users' AND own.id = u.id
			AND (own.act = 'delete' OR own.act = 'update' AND own.cells ? 'voicemail_id')));

-- What stays is told (check/10_kept.sql).
UPDATE back SET cells = '' WHERE act IS NULL AND existed AND remained AND cells <> '';

-- How many rows are written, for the plans of what follows.
ANALYZE back (relation, act);
