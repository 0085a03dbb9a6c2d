-- Whether a stored secret may decide what is said or counted.
ALTER TABLE job ADD secrets boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN job.secrets IS 'whoever sent it may see secrets';

CREATE FUNCTION job_secrets() RETURNS boolean
LANGUAGE sql STABLE
AS $$ SELECT secrets FROM job WHERE id = job_id() $$;
