-- Warn where the tenant's last import that was applied had the same bytes.
INSERT INTO issue (row_number, level, key, params)
SELECT 0, 'warning', 'repeated', jsonb_build_object('time',
	to_char(last.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'))
FROM job
CROSS JOIN LATERAL (
	SELECT other.sha256, other.ended_at
	FROM job other
	WHERE other.tenant_id IS NOT DISTINCT FROM job.tenant_id
		AND other.kind = job.kind AND other.state = 'done' AND other.id <> job.id
	ORDER BY other.ended_at DESC
	LIMIT 1
) last
WHERE job.id = job_id() AND last.sha256 = job.sha256;
