-- Who leaves by this job: users whose row says so (_delete), and those of the scope, or of a
-- context or label of it, that no row names (absent).
INSERT INTO deleted_user (row_number, tenant_id, user_id)
SELECT row_number, min(tenant_id), min(user_id)
FROM matched
JOIN stage USING (row_number)
WHERE stage.deletes
GROUP BY row_number
HAVING count(*) = 1;

-- A row that matches several users counts as naming each of them.
WITH absent AS (
	SELECT -row_number() OVER (ORDER BY id) AS row_number, tenant_id, id AS user_id
	FROM named_scope
	WHERE (SELECT job_option('absent')) IS NOT NULL AND id NOT IN (SELECT user_id FROM candidate)
		AND ((SELECT job_option('absent')) = 'delete' OR enabled)
), deleted AS (
	INSERT INTO deleted_user (row_number, tenant_id, user_id)
	SELECT row_number, tenant_id, user_id FROM absent
	WHERE (SELECT job_option('absent')) = 'delete'
)
INSERT INTO disabled_user (row_number, tenant_id, user_id)
SELECT row_number, tenant_id, user_id FROM absent
WHERE (SELECT job_option('absent')) = 'disable';

ANALYZE deleted_user;
