-- Reports the users that came back.
INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid)
SELECT job_id(), row_number() OVER (ORDER BY id), tenant_id, id, (cells -> 'uuid')::uuid
FROM back
WHERE relation = 'users' AND act = 'insert'
ORDER BY id;
