-- What later jobs did to the users that the job made, in the end.
INSERT INTO since (relation, tenant_id, id, item_id, user_id, existed, old)
SELECT c.relation, c.tenant_id, c.id, c.item_id, min(c.user_id), (array_agg(c.how ORDER BY c.n))[1] <> 'insert',
	hstore_merge(c.old || coalesce(s.old, '') ORDER BY c.n DESC)
FROM kept_change c
JOIN job ON job.id = c.job_id AND job.ended_at > (SELECT ended_at FROM undone)
LEFT JOIN job_row_secret s USING (job_id, n)
WHERE NOT (SELECT force FROM undone) AND (
	c.user_id IN (SELECT id FROM back WHERE relation = 'users' AND NOT existed)
	OR c.relation = 'voicemail' AND c.id IN (SELECT id FROM back WHERE relation = 'voicemail' AND NOT existed))
GROUP BY c.relation, c.tenant_id, c.id, c.item_id;

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
