-- A form is refused where somebody else has changed its user since it was shown.
INSERT INTO issue (row_number, line, key)
SELECT plan.row_number, plan.line, 'changed_since'
FROM plan
JOIN users ON users.tenant_id = plan.tenant_id AND users.id = plan.user_id
WHERE (SELECT job_option('seen')) IS NOT NULL AND user_version(users) <> (SELECT job_option('seen'));
