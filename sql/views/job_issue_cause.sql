-- The issues of jobs with their cause: the number of the first issue of the same kind.  Of
-- one kind are those of a key and a column that have the same value (a label that does not
-- exist, in 75 rows); and those whose values are all different together.
DROP VIEW IF EXISTS job_issue_cause;
CREATE VIEW job_issue_cause WITH (security_invoker = true) AS
	SELECT i.*, min(i.n) OVER (PARTITION BY i.job_id, i.level, i.key, i.column_name,
		CASE WHEN i.alike > 1 THEN i.value END, CASE WHEN i.alike > 1 THEN i.params END) AS cause
	FROM (
		SELECT job_issue.*, count(*) OVER (PARTITION BY job_id, level, key, column_name, value, params) AS alike
		FROM job_issue
	) i;
GRANT SELECT ON job_issue_cause TO rollcall_web;
