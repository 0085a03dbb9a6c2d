-- Jobs: an upload that was accepted, how far it is, how it ended.
--
--   queued -> running -> done      applied, report written, in one transaction
--                     -> failed    errors in the file, or given up
--                     -> queued    its worker died; taken up again
--
-- A running job's worker holds a session advisory lock (job_alive_class, id):
-- a running job whose lock is free has lost its worker.

CREATE TABLE job (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	tenant_id int REFERENCES tenant,
	admin_id bigint NOT NULL,
	admin_name text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('import', 'update')),
	file_name text NOT NULL,
	bytes bigint NOT NULL CHECK (bytes >= 0),
	sha256 bytea NOT NULL CHECK (length(sha256) = 32),
	nonce text NOT NULL CHECK (nonce <> ''),
	state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
	phase text CHECK (phase IN ('reading', 'checking', 'hashing', 'judging', 'applying', 'finishing')),
	done bigint NOT NULL DEFAULT 0,
	total bigint NOT NULL DEFAULT 0,
	attempt int NOT NULL DEFAULT 0 CHECK (attempt >= 0),
	rows bigint,
	errors bigint NOT NULL DEFAULT 0,
	warnings bigint NOT NULL DEFAULT 0,
	counts jsonb NOT NULL DEFAULT '{}',
	created_at timestamptz NOT NULL DEFAULT now(),
	started_at timestamptz,
	ended_at timestamptz,
	UNIQUE (admin_id, nonce),
	CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL)),
	CHECK (state = 'queued' OR started_at IS NOT NULL)
);
COMMENT ON COLUMN job.tenant_id IS 'null: over all tenants';
COMMENT ON COLUMN job.nonce IS 'of the form: the same one sent twice is one job';
COMMENT ON COLUMN job.counts IS 'what was made, by resource: {"users": 3, "lines": 3, ...}';

-- One running job a tenant, whatever the queue query does.
CREATE UNIQUE INDEX job_running ON job (coalesce(tenant_id, 0)) WHERE state = 'running';
CREATE INDEX job_waiting ON job (id) WHERE state IN ('queued', 'running');
CREATE INDEX job_tenant ON job (tenant_id, id DESC);

-- The upload as it was sent (kind upload), and the same with its secret cells
-- masked (kind masked), which takes its place once the job is done.
--
-- Chunks are stored as they stream in, and the job's row comes last, when size
-- and checksum are known: so the reference is checked at the commit.
CREATE TABLE job_chunk (
	job_id int NOT NULL REFERENCES job ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	kind text NOT NULL CHECK (kind IN ('upload', 'masked')),
	seq int NOT NULL CHECK (seq >= 0),
	tenant_id int,
	data bytea NOT NULL,
	PRIMARY KEY (job_id, kind, seq)
);
-- Uploads are read once: compressing them would cost more than it saves.
ALTER TABLE job_chunk ALTER data SET STORAGE EXTERNAL;

CREATE TABLE job_issue (
	job_id int NOT NULL REFERENCES job ON DELETE CASCADE,
	n bigint NOT NULL,
	tenant_id int,
	level text NOT NULL CHECK (level IN ('error', 'warning')),
	key text NOT NULL,
	code text NOT NULL GENERATED ALWAYS AS (split_part(key, '.', 1)) STORED,
	row_number bigint NOT NULL,
	line bigint,
	column_name text,
	value text,
	params jsonb NOT NULL DEFAULT '{}',
	PRIMARY KEY (job_id, n)
);
COMMENT ON TABLE job_issue IS 'n counts in the order of the file; key and params are what a text is made of';

-- The users that a job made, by the row that asked for them.  No reference to
-- job: only the job's own transaction writes them, and looking the same job up
-- for each of 100,000 rows takes longer than storing them.
CREATE TABLE job_row (
	job_id int NOT NULL,
	row_number bigint NOT NULL,
	tenant_id int NOT NULL,
	user_id bigint NOT NULL,
	user_uuid uuid NOT NULL,
	PRIMARY KEY (job_id, row_number)
);

-- The lines that the job wrote to the import log.
CREATE TABLE job_log (
	job_id int NOT NULL REFERENCES job ON DELETE CASCADE,
	n int NOT NULL,
	tenant_id int,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	event text NOT NULL,
	PRIMARY KEY (job_id, n)
);

DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['job', 'job_chunk', 'job_issue', 'job_row', 'job_log'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
		EXECUTE format('CREATE POLICY worker ON %I TO rollcall_worker USING (true)', name);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO rollcall_worker', name);
	END LOOP;
	FOREACH name IN ARRAY ARRAY['job', 'job_issue', 'job_row', 'job_log'] LOOP
		EXECUTE format('CREATE POLICY scope ON %I TO rollcall_web USING '
		    '(tenant_id = ANY ((SELECT scope())::int[]) OR (tenant_id IS NULL AND (SELECT scope_is_root())))', name);
		EXECUTE format('GRANT SELECT ON %I TO rollcall_web', name);
	END LOOP;
END
$$;
GRANT INSERT ON job TO rollcall_web;
GRANT USAGE ON SEQUENCE job_id_seq TO rollcall_web;
-- web stores uploads and reads back only what is masked.
CREATE POLICY store ON job_chunk FOR INSERT TO rollcall_web WITH CHECK (kind = 'upload'
	AND (tenant_id = ANY ((SELECT scope())::int[]) OR (tenant_id IS NULL AND (SELECT scope_is_root()))));
CREATE POLICY masked ON job_chunk FOR SELECT TO rollcall_web USING (kind = 'masked'
	AND (tenant_id = ANY ((SELECT scope())::int[]) OR (tenant_id IS NULL AND (SELECT scope_is_root()))));
GRANT SELECT, INSERT ON job_chunk TO rollcall_web;

-- Of the job that the transaction works on: its id, and its tenant (null: all).
CREATE FUNCTION job_id() RETURNS int
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('rollcall.job', true), '')::int $$;

CREATE FUNCTION job_tenant() RETURNS int
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('rollcall.tenant', true), '')::int $$;
