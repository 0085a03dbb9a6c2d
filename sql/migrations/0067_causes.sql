-- The cause of each issue of a job, stored with it: a report of 10,000 issues was grouped anew
-- by each page.
DROP VIEW IF EXISTS job_issue_cause;
ALTER TABLE job_issue ADD cause bigint;
-- Forced row level security hides the issues that there are from their owner too.
ALTER TABLE job_issue NO FORCE ROW LEVEL SECURITY;
UPDATE job_issue SET cause = c.cause
FROM (
	SELECT job_id, n, min(n) OVER (PARTITION BY job_id, level, key, column_name,
		CASE WHEN same THEN value END, CASE WHEN same THEN params END) AS cause
	FROM (
		SELECT job_issue.*, count(*) OVER (PARTITION BY job_id, level, key, column_name, value, params) > 1 AS same
		FROM job_issue
	) i
) c
WHERE (c.job_id, c.n) = (job_issue.job_id, job_issue.n);
ALTER TABLE job_issue FORCE ROW LEVEL SECURITY;
ALTER TABLE job_issue ALTER cause SET NOT NULL;
COMMENT ON COLUMN job_issue.cause IS 'n of the first issue of the same kind';
