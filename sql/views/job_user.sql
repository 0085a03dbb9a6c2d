-- The users whom a job made, changed, disabled or deleted, in the order of the file, last those whom no row
-- names: `few` after `skip`.  Of blocks only those that are asked for are read.
CREATE OR REPLACE FUNCTION users_of_job(of int, skip bigint, few bigint)
RETURNS TABLE (job_id int, row_number bigint, tenant_id int, user_id bigint, user_uuid uuid, how text, user_name text)
LANGUAGE sql STABLE
AS $$
	WITH part AS (
		SELECT absent, thousand, sum(size) AS size, sum(sum(size)) OVER (ORDER BY absent, thousand) - sum(size) AS before
		FROM (
			SELECT r.row_number < 0 AS absent, abs(r.row_number) / 1000 AS thousand, count(*) AS size
			FROM job_row r WHERE r.job_id = of AND r.how IS DISTINCT FROM 'unchanged' GROUP BY 1, 2
			UNION ALL
			SELECT false, b.thousand, b.size FROM job_row_block b WHERE b.job_id = of AND b.how IS DISTINCT FROM 'unchanged'
		) stored
		GROUP BY absent, thousand
	), chosen AS MATERIALIZED (
		SELECT absent, thousand, before FROM part WHERE before + size > skip AND before < skip + few
	)
	SELECT u.job_id, u.row_number, u.tenant_id, u.user_id, u.user_uuid, u.how, u.user_name
	FROM chosen
	CROSS JOIN LATERAL (
		SELECT * FROM job_user u
		WHERE u.job_id = of AND u.how IS DISTINCT FROM 'unchanged'
			AND u.thousand = CASE WHEN chosen.absent THEN -chosen.thousand ELSE chosen.thousand END
			AND (u.row_number < 0) = chosen.absent
		OFFSET 0
	) u
	ORDER BY u.row_number < 0, abs(u.row_number) OFFSET skip - (SELECT min(before) FROM chosen) LIMIT few
$$;
