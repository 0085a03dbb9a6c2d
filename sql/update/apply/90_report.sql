-- Which rows made or changed which user, and where not all have a uuid, which rows changed nothing.
-- A check reports what it finds in other ways.
INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid, how)
SELECT (SELECT job_id()), plan.row_number, plan.tenant_id, plan.user_id, plan.uuid,
	CASE WHEN is_new THEN 'created' WHEN NOT touches_user AND did.row_number IS NULL THEN 'unchanged' END
FROM plan
LEFT JOIN (SELECT DISTINCT row_number FROM touched) did ON did.row_number = plan.row_number
WHERE (touches_user OR did.row_number IS NOT NULL OR (SELECT job_option('match')) IS NOT NULL OR (SELECT job_option('create')) IS NOT NULL)
	AND (SELECT current_setting('rollcall.rehearsal', true)) IS DISTINCT FROM 'on'
ORDER BY plan.row_number;

INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid, how)
SELECT (SELECT job_id()), unchanged.row_number, unchanged.tenant_id, users.id, users.uuid, 'unchanged'
FROM unchanged
JOIN users ON users.tenant_id = unchanged.tenant_id AND users.id = unchanged.user_id
WHERE ((SELECT job_option('match')) IS NOT NULL OR (SELECT job_option('create')) IS NOT NULL)
	AND (SELECT current_setting('rollcall.rehearsal', true)) IS DISTINCT FROM 'on';
