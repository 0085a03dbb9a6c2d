-- The values of /metrics.

-- name: figures
SELECT name, labels, value FROM figure ORDER BY name, labels;

-- Bytes on the disk with indexes, by the kind of data.
-- name: figure_bytes
SELECT kind, sum(pg_total_relation_size(c.oid))::bigint AS bytes
FROM pg_class c
CROSS JOIN LATERAL (SELECT CASE
	WHEN relname = 'job_chunk' THEN 'uploads'
	WHEN relname LIKE 'job%' THEN 'reports'
	WHEN relname = 'audit' THEN 'audit'
	WHEN relname IN ('session', 'token') OR relname LIKE 'throttle%' THEN 'sessions'
	ELSE 'users' END AS kind) k
WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace
GROUP BY kind ORDER BY kind;

-- name: figure_schema
SELECT max(version) AS version FROM migration;
