-- A change is kept as one of whom the number was, so all changes of a number that passed say whose it was before.
WITH moved AS MATERIALIZED (
	SELECT c.relation, c.tenant_id, c.id, c.user_id
	FROM (
		SELECT * FROM job_row_change WHERE relation = 'incall' AND how = 'update' AND new ? 'user_id'
		UNION ALL
		SELECT * FROM job_row_change WHERE relation = 'extension' AND how = 'update' AND new ? 'line_id'
	) c
	JOIN job ON job.id = c.job_id AND job.ended_at > (SELECT ended_at FROM undone)
	WHERE NOT (SELECT force FROM undone)
)
INSERT INTO passed
SELECT relation, tenant_id, id, user_id, bool_or(holds)
FROM (
	SELECT *, false AS holds FROM moved
	UNION ALL
	SELECT relation, moved.tenant_id, moved.id, incall.user_id, true
	FROM moved
	JOIN incall ON incall.tenant_id = moved.tenant_id AND incall.id = moved.id
	WHERE relation = 'incall'
	UNION ALL
	SELECT relation, moved.tenant_id, moved.id, line.user_id, true
	FROM moved
	JOIN extension ON extension.tenant_id = moved.tenant_id AND extension.id = moved.id
	JOIN line ON line.tenant_id = extension.tenant_id AND line.id = extension.line_id
	WHERE relation = 'extension'
) had
WHERE user_id IN (SELECT id FROM back WHERE relation = 'users' AND NOT existed)
GROUP BY relation, tenant_id, id, user_id;
ANALYZE passed;

-- What later jobs did to the users that the job made, in the end.
INSERT INTO since (relation, tenant_id, id, item_id, user_id, existed, old)
SELECT c.relation, c.tenant_id, c.id, c.item_id, min(c.user_id), (array_agg(c.how ORDER BY c.n))[1] <> 'insert',
	hstore_merge(c.old || coalesce(s.old, '') ORDER BY c.n DESC)
FROM kept_change c
JOIN job ON job.id = c.job_id AND job.ended_at > (SELECT ended_at FROM undone)
LEFT JOIN job_row_secret s USING (job_id, n)
WHERE NOT (SELECT force FROM undone) AND (
	c.user_id IN (SELECT id FROM back WHERE relation = 'users' AND NOT existed)
		AND (c.relation, c.id) NOT IN (SELECT relation, id FROM passed)
	OR c.relation = 'voicemail' AND c.id IN (SELECT id FROM back WHERE relation = 'voicemail' AND NOT existed))
GROUP BY c.relation, c.tenant_id, c.id, c.item_id;

-- What a user neither had before nor has now only passed through.
INSERT INTO since (relation, tenant_id, id, item_id, user_id, existed, old)
SELECT c.relation, c.tenant_id, c.id, 0, passed.user_id, (array_agg(c.how ORDER BY c.n))[1] <> 'insert', hstore_merge(c.old ORDER BY c.n DESC)
FROM passed
JOIN job_row_change c ON c.relation = passed.relation AND c.tenant_id = passed.tenant_id AND c.id = passed.id
JOIN job ON job.id = c.job_id AND job.ended_at > (SELECT ended_at FROM undone)
GROUP BY c.relation, c.tenant_id, c.id, passed.user_id, passed.holds
HAVING passed.holds OR passed.user_id = (array_agg(CASE WHEN c.how <> 'insert' AND NOT coalesce(c.old ?| '{user_id,line_id}'::text[]
	AND coalesce(c.old -> 'user_id', c.old -> 'line_id') IS NULL, false) THEN c.user_id END ORDER BY c.n))[1];

UPDATE since SET now = r.now
FROM (
	SELECT 'users' AS relation, id, 0 AS item_id, hstore(u) AS now FROM users u
	WHERE id IN (SELECT id FROM since WHERE relation = 'users')
	UNION ALL SELECT 'voicemail', id, 0, hstore(v) FROM voicemail v
	WHERE id IN (SELECT id FROM since WHERE relation = 'voicemail')
	UNION ALL SELECT 'line', id, 0, hstore(l) FROM line l WHERE id IN (SELECT id FROM since WHERE relation = 'line')
	UNION ALL SELECT 'extension', id, 0, hstore(x) FROM extension x
	WHERE id IN (SELECT id FROM since WHERE relation = 'extension')
	UNION ALL SELECT 'incall', id, 0, hstore(i) FROM incall i
	WHERE id IN (SELECT id FROM since WHERE relation = 'incall')
	UNION ALL SELECT 'user_label', user_id, label_id, hstore(m) FROM user_label m
	WHERE user_id IN (SELECT id FROM since WHERE relation = 'user_label')
	UNION ALL SELECT 'user_call_permission', user_id, call_permission_id, hstore(m) FROM user_call_permission m
	WHERE user_id IN (SELECT id FROM since WHERE relation = 'user_call_permission')
) r
WHERE (since.relation, since.id, since.item_id) = (r.relation, r.id, r.item_id);

UPDATE since SET old = old - secret_columns() WHERE NOT (SELECT job_secrets());

-- A value that is back to what it was is no change.
DELETE FROM since
WHERE CASE WHEN existed THEN now @> (old - '{account}'::text[]) ELSE now IS NULL END;
