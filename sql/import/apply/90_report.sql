-- Reports which row made which user.
INSERT INTO job_row_block (job_id, thousand, tenant_id, size, row_numbers, user_ids, user_uuids)
SELECT (SELECT job_id()), thousand, tenant_id, count(*), array_agg(row_number), array_agg(user_id), array_agg(new_uuid)
FROM (
	SELECT row_number / 1000 AS thousand, tenant_id, row_number, user_id, new_uuid
	FROM plan_of_import
	ORDER BY row_number / 1000, tenant_id	-- so one thousand after the other is held in memory
) row
GROUP BY thousand, tenant_id;
