-- People count rows as their spreadsheet does: the header is row 1, blank rows count.
-- row_number counts users from 1.  Most often the two differ by one.

-- Where they differ by more: from row_number on, a job's rows are sheet_row and the next.
CREATE TABLE job_sheet_row (
	job_id int NOT NULL REFERENCES job ON DELETE CASCADE,
	row_number bigint NOT NULL,
	tenant_id int,
	sheet_row bigint NOT NULL,
	PRIMARY KEY (job_id, row_number)
);
ALTER TABLE job_sheet_row ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON job_sheet_row TO rollcall_worker USING (true);
GRANT SELECT, INSERT, DELETE ON job_sheet_row TO rollcall_worker;
CREATE POLICY scope ON job_sheet_row TO rollcall_web USING
	(tenant_id = ANY ((SELECT scope())::int[]) OR (tenant_id IS NULL AND (SELECT scope_is_root())));
GRANT SELECT ON job_sheet_row TO rollcall_web;

-- The spreadsheet's number of a job's row; null for 0, the file as a whole.
CREATE FUNCTION sheet_row(job int, of_row bigint) RETURNS bigint
STABLE LANGUAGE sql
AS $$
	SELECT CASE WHEN of_row > 0 THEN of_row + coalesce((
		SELECT mark.sheet_row - mark.row_number
		FROM job_sheet_row mark
		WHERE mark.job_id = job AND mark.row_number <= of_row
		ORDER BY mark.row_number DESC
		LIMIT 1), 1) END
$$;

-- Texts that point to another row name it as the spreadsheet does; so do those that are stored.
UPDATE job_issue SET params = jsonb_set(params, '{row}', to_jsonb(((params ->> 'row')::bigint + 1)::text))
WHERE params ? 'row';
