-- How many rows of a job have errors: not all errors are listed.
ALTER TABLE job ADD wrong_rows bigint;
COMMENT ON COLUMN job.wrong_rows IS 'rows with errors; null: the job ended before this was counted, job_issue has all of them';
