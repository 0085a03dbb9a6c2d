-- Whose jobs have ended and were not looked at since: the next page says so, once.

CREATE TABLE job_notice (
	admin_id bigint NOT NULL REFERENCES admin ON DELETE CASCADE,
	job_id int NOT NULL REFERENCES job ON DELETE CASCADE,
	tenant_id int,
	PRIMARY KEY (admin_id, job_id)
);
CREATE INDEX job_notice_job ON job_notice (job_id);
ALTER TABLE job_notice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON job_notice TO rollcall_web USING
	(tenant_id = ANY ((SELECT scope())::int[]) OR (tenant_id IS NULL AND (SELECT scope_is_root())));
GRANT SELECT, DELETE ON job_notice TO rollcall_web;
CREATE POLICY signin ON job_notice FOR INSERT TO rollcall_signin WITH CHECK (true);
GRANT INSERT ON job_notice TO rollcall_signin;
GRANT CREATE ON SCHEMA public TO rollcall_signin;

CREATE FUNCTION job_notice_add() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	INSERT INTO job_notice (admin_id, job_id, tenant_id)
	SELECT a.id, NEW.id, NEW.tenant_id FROM admin a WHERE a.id = NEW.admin_id
	ON CONFLICT DO NOTHING;
	RETURN NULL;
END
$$;
ALTER FUNCTION job_notice_add() OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION job_notice_add() FROM PUBLIC;
CREATE TRIGGER job_notice_add AFTER UPDATE ON job FOR EACH ROW
	WHEN (NEW.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
	EXECUTE FUNCTION job_notice_add();

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
