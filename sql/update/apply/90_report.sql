-- Which rows changed which user.
INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid)
SELECT job_id(), plan.row_number, plan.tenant_id, plan.user_id, plan.uuid
FROM plan
WHERE row_number IN (SELECT row_number FROM touched)
ORDER BY row_number;
