-- Which rows made or changed which user, and where not all have a uuid, which rows changed nothing.
-- A check reports what it finds in other ways.
INSERT INTO job_row_block (job_id, thousand, tenant_id, how, size, row_numbers, user_ids, user_uuids)
SELECT (SELECT job_id()), row_number / 1000, tenant_id, how, count(*), array_agg(row_number), array_agg(user_id), array_agg(uuid)
FROM (
	SELECT plan.row_number, plan.tenant_id, plan.user_id, plan.uuid,
		CASE WHEN is_new THEN 'created' WHEN NOT touches_user AND did.row_number IS NULL THEN 'unchanged' END AS how
	FROM plan
	LEFT JOIN (SELECT DISTINCT row_number FROM touched) did ON did.row_number = plan.row_number
	WHERE touches_user OR did.row_number IS NOT NULL OR (SELECT job_option('match')) IS NOT NULL OR (SELECT job_option('create')) IS NOT NULL
	UNION ALL
	SELECT unchanged.row_number, unchanged.tenant_id, users.id, users.uuid, 'unchanged'
	FROM unchanged
	JOIN users ON users.tenant_id = unchanged.tenant_id AND users.id = unchanged.user_id
	WHERE (SELECT job_option('match')) IS NOT NULL OR (SELECT job_option('create')) IS NOT NULL
) reported
WHERE (SELECT current_setting('rollcall.rehearsal', true)) IS DISTINCT FROM 'on'
GROUP BY row_number / 1000, tenant_id, how;
