-- The call permissions of a user are replaced as a whole.
-- columns: call_permissions
WITH removed AS (
	DELETE FROM user_call_permission held
	USING plan
	WHERE held.tenant_id = plan.tenant_id AND held.user_id = plan.user_id
		AND NOT EXISTS (
			SELECT FROM plan_call_permission wanted
			WHERE wanted.row_number = plan.row_number AND wanted.call_permission_id = held.call_permission_id)
	RETURNING plan.row_number
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'call_permission', 'removed' FROM removed;

WITH added AS (
	INSERT INTO user_call_permission (tenant_id, user_id, call_permission_id)
	SELECT tenant_id, user_id, call_permission_id
	FROM plan_call_permission wanted
	WHERE NOT EXISTS (
		SELECT FROM user_call_permission held
		WHERE held.tenant_id = wanted.tenant_id AND held.user_id = wanted.user_id
			AND held.call_permission_id = wanted.call_permission_id)
	RETURNING user_id
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'call_permission', 'created'
FROM plan
JOIN added USING (user_id);
