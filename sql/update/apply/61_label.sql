-- The labels of a user are replaced as a whole.
-- columns: labels
WITH removed AS (
	DELETE FROM user_label held
	USING plan
	WHERE held.tenant_id = plan.tenant_id AND held.user_id = plan.user_id
		AND NOT EXISTS (
			SELECT FROM plan_label wanted
			WHERE wanted.row_number = plan.row_number AND wanted.label_id = held.label_id)
	RETURNING plan.row_number
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'label', 'removed' FROM removed;

WITH added AS (
	INSERT INTO user_label (tenant_id, user_id, label_id)
	SELECT tenant_id, user_id, label_id
	FROM plan_label wanted
	WHERE NOT EXISTS (
		SELECT FROM user_label held
		WHERE held.tenant_id = wanted.tenant_id AND held.user_id = wanted.user_id
			AND held.label_id = wanted.label_id)
	RETURNING user_id
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'label', 'created'
FROM plan
JOIN added USING (user_id);
