-- The rows that the job changed: as they were before it, as it left them, as they are now.
CREATE TEMP TABLE IF NOT EXISTS back (
	relation text NOT NULL,
	tenant_id int NOT NULL,
	id bigint NOT NULL,
	item_id bigint NOT NULL,
	user_id bigint,
	name text,
	existed boolean NOT NULL,	-- before the job
	remained boolean NOT NULL,	-- after it
	old hstore NOT NULL,		-- what the job changed, with secrets
	new hstore NOT NULL,
	now hstore,			-- the row as it is; null: there is none
	moved boolean NOT NULL DEFAULT false,	-- a number that is by now another user's, which is no matter of the job
	act text,			-- insert, update, delete; null: nothing is to be done
	cells hstore NOT NULL DEFAULT ''	-- of an insert or update: what is written
);
CREATE INDEX IF NOT EXISTS back_row ON back (relation, id);
-- Rows of the same users that later jobs changed.
CREATE TEMP TABLE IF NOT EXISTS since (
	relation text NOT NULL,
	tenant_id int NOT NULL,
	id bigint NOT NULL,
	item_id bigint NOT NULL,
	user_id bigint,
	existed boolean NOT NULL,
	old hstore NOT NULL,
	now hstore
);
-- Numbers that later jobs gave to another user, for each user whom the job made and who had one.
CREATE TEMP TABLE IF NOT EXISTS passed (
	relation text NOT NULL, tenant_id int NOT NULL, id bigint NOT NULL, user_id bigint NOT NULL, holds boolean NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS undone (id int NOT NULL, ended_at timestamptz NOT NULL, force boolean NOT NULL);
TRUNCATE back, since, passed, undone, issue;

INSERT INTO undone
SELECT of.id, of.ended_at, coalesce(job_option('force') = '1', false)
FROM job JOIN job of ON of.id = job.undoes
WHERE job.id = job_id();

-- Of a column that was changed twice the first old value and the last new one.
INSERT INTO back (relation, tenant_id, id, item_id, user_id, name, existed, remained, old, new)
SELECT c.relation, c.tenant_id, c.id, c.item_id, min(c.user_id), min(c.name),
	(array_agg(c.how ORDER BY c.n))[1] <> 'insert', (array_agg(c.how ORDER BY c.n DESC))[1] <> 'delete',
	hstore_merge(c.old || coalesce(s.old, '') ORDER BY c.n DESC), hstore_merge(c.new || coalesce(s.new, '') ORDER BY c.n)
FROM kept_change c
LEFT JOIN job_row_secret s USING (job_id, n)
WHERE c.job_id = (SELECT id FROM undone)
GROUP BY c.relation, c.tenant_id, c.id, c.item_id;

-- Who may not see secrets does not learn by an undo whether a guess at one was right: they stay as they
-- are, unless their row comes back.
UPDATE back
SET new = new - secret_columns(), old = CASE WHEN existed AND remained THEN old - secret_columns() ELSE old END
WHERE NOT (SELECT job_secrets());
INSERT INTO issue (row_number, level, key)
SELECT 0, 'warning', 'secrets_kept'
FROM job
WHERE id = (SELECT id FROM undone) AND kind IN ('update', 'undo') AND NOT (SELECT job_secrets());

-- Of what an import made it is enough that it is still there: it goes.
WITH made AS (
	SELECT relation, tenant_id, one AS id
	FROM job_made CROSS JOIN made_ids(ids, low, high) AS one
	WHERE job_id = (SELECT id FROM undone)
)
INSERT INTO back (relation, tenant_id, id, item_id, user_id, existed, remained, old, new, now, act)
SELECT relation, tenant_id, id, 0, CASE relation WHEN 'users' THEN id END, false, true, '', '', '', 'delete'
FROM (
	SELECT made.* FROM made JOIN users USING (tenant_id, id) WHERE relation = 'users'
	UNION ALL
	SELECT made.* FROM made JOIN voicemail USING (tenant_id, id) WHERE relation = 'voicemail'
	UNION ALL
	SELECT made.* FROM made JOIN incall USING (tenant_id, id) WHERE relation = 'incall'
) there;

DELETE FROM back WHERE NOT existed AND NOT remained;
ANALYZE back;

-- Secrets whose old value is no longer kept stay as they are.
INSERT INTO issue (row_number, level, key, params)
SELECT 0, 'warning', 'secrets_gone', jsonb_build_object('n', count(*)::text)
FROM back
WHERE '********' = ANY (avals(slice(old, secret_columns())))
HAVING count(*) > 0;
UPDATE back
SET old = old - gone.names || CASE WHEN NOT remained AND 'sip_secret' = ANY (gone.names)
		THEN hstore('sip_secret', left(replace(gen_random_uuid()::text, '-', ''), 16)) ELSE '' END,
	new = new - gone.names
FROM (
	SELECT relation, id, item_id, array_agg(cell.key) AS names
	FROM back CROSS JOIN LATERAL each(slice(old, secret_columns())) AS cell
	WHERE cell.value = '********'
	GROUP BY relation, id, item_id
) gone
WHERE (back.relation, back.id, back.item_id) = (gone.relation, gone.id, gone.item_id);
