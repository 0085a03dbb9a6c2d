-- The incoming calls that each user has, as lists in the order of an export.
-- columns: incall.*
INSERT INTO own_incall
SELECT found.row_number, count(*), array_agg(incall.exten ORDER BY incall.exten, context.name COLLATE "C"),
	array_agg(context.name ORDER BY incall.exten, context.name COLLATE "C"),
	array_agg(incall.ring_seconds ORDER BY incall.exten, context.name COLLATE "C"),
	array_agg(incall.id ORDER BY incall.exten, context.name COLLATE "C"),
	count(*) > 1 AND (SELECT job_option('replace_incalls')) IS NULL
FROM found
JOIN incall ON incall.tenant_id = found.tenant_id AND incall.user_id = found.user_id
JOIN context ON context.tenant_id = incall.tenant_id AND context.id = incall.context_id
GROUP BY found.row_number;

-- Autovacuum skips temporary tables.  Without statistics each row would be compared with each.
ANALYZE own_incall;
