-- Reports which row made which user.
INSERT INTO job_row_block (job_id, thousand, tenant_id, size, row_numbers, user_ids, user_uuids)
SELECT (SELECT job_id()), row_number / 1000, tenant_id, count(*), array_agg(row_number), array_agg(user_id), array_agg(new_uuid)
FROM plan
GROUP BY row_number / 1000, tenant_id;
