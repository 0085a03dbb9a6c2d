-- Say which name is the nearest to one that is not found.
WITH named (key, tenant_id, name) AS (
	SELECT 'unknown.context', tenant_id, name FROM context
	UNION ALL SELECT 'unknown.call_permission', tenant_id, name FROM call_permission
	UNION ALL SELECT 'unknown.label', tenant_id, name FROM label
	UNION ALL SELECT 'unknown.cti_profile', tenant_id, name FROM cti_profile
	UNION ALL SELECT 'unknown.line_template', tenant_id, name FROM line_template
), wanted AS (
	SELECT DISTINCT issue.key, plan.tenant_id, issue.value
	FROM issue
	JOIN {plan} AS plan USING (row_number)
	WHERE issue.key LIKE 'unknown.%' AND issue.value IS NOT NULL
	LIMIT 1000
), near AS (
	SELECT DISTINCT ON (wanted.key, wanted.tenant_id, wanted.value) wanted.*, named.name
	FROM wanted
	JOIN named USING (key, tenant_id)
	CROSS JOIN LATERAL (SELECT name_folded(wanted.value), name_folded(named.name)) AS folded (wanted, named)
	CROSS JOIN LATERAL (SELECT levenshtein_less_equal(folded.wanted, folded.named, least(length(folded.named) / 3, 5) + 1)) AS far (by)
	WHERE far.by <= least(length(folded.named) / 3, 5) + 1 AND far.by < length(folded.wanted)
	ORDER BY wanted.key, wanted.tenant_id, wanted.value, far.by, named.name
)
UPDATE issue
SET params = issue.params || jsonb_build_object('nearest', near.name)
FROM near
JOIN {plan} AS plan USING (tenant_id)
WHERE issue.row_number = plan.row_number AND issue.key = near.key AND issue.value = near.value;
