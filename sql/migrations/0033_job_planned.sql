-- Whom a checked import would create, for the job's page.  Rows go with their job
-- (worker_forget) and with another run of it (import_forget).
CREATE TABLE job_planned (
	job_id int NOT NULL,
	n bigint NOT NULL,
	tenant_id int,
	row_number bigint NOT NULL,
	name text NOT NULL,
	exten text,
	incalls text,
	username text,
	voicemail text,
	PRIMARY KEY (job_id, n)
);
ALTER TABLE job_planned ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON job_planned TO rollcall_worker USING (true);
GRANT SELECT, INSERT, DELETE ON job_planned TO rollcall_worker;
CREATE POLICY scope ON job_planned TO rollcall_web USING
	(tenant_id = ANY ((SELECT scope())::int[]) OR (tenant_id IS NULL AND (SELECT scope_is_root())));
GRANT SELECT ON job_planned TO rollcall_web;
