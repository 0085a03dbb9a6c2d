-- Reports which row made which user.
INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid)
SELECT job_id(), row_number, tenant_id, user_id, new_uuid
FROM plan;
