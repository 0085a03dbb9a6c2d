-- What monitoring counts: how jobs ended, where their time went, why attempts failed,
-- which issues they found.  Counted when it happens, so that forgetting a job takes
-- nothing away from it.
-- since: 20

ALTER TABLE job ADD COLUMN phase_at timestamptz;
ALTER TABLE job ADD COLUMN phase_seconds jsonb NOT NULL DEFAULT '{}';
ALTER TABLE job ADD COLUMN failed_reason text;
COMMENT ON COLUMN job.phase_at IS 'when its phase (or its waiting) began';
COMMENT ON COLUMN job.phase_seconds IS 'seconds by phase, over all attempts: {"waiting": 0.2, "reading": 1.5, ...}';
COMMENT ON COLUMN job.failed_reason IS 'why the running attempt is going to be given up, where its worker could say so';

CREATE TABLE figure (
	name text NOT NULL,
	labels text NOT NULL,
	value float8 NOT NULL DEFAULT 0,
	PRIMARY KEY (name, labels)
);
COMMENT ON TABLE figure IS 'counters of /metrics; labels as Prometheus writes them: kind="import",state="done"';
GRANT SELECT ON figure TO rollcall_web;
GRANT SELECT, INSERT, UPDATE ON figure TO rollcall_names;

-- The clock of the phases.  What has no phase waits, or has ended.
CREATE FUNCTION job_phase_clock() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
	was text := CASE WHEN OLD.state = 'queued' THEN 'waiting' ELSE OLD.phase END;
BEGIN
	-- What was checked is applied: its clock begins anew, as its first end was counted.
	IF OLD.ended_at IS NOT NULL THEN
		NEW.phase_seconds := '{}';
	ELSIF was IS NOT NULL THEN
		NEW.phase_seconds := NEW.phase_seconds || jsonb_build_object(was, round((coalesce((NEW.phase_seconds ->> was)::float8, 0)
			+ extract(epoch FROM clock_timestamp() - coalesce(OLD.phase_at, OLD.queued_at)))::numeric, 3));
	END IF;
	NEW.phase_at := clock_timestamp();
	RETURN NEW;
END
$$;
CREATE TRIGGER job_phase_clock BEFORE UPDATE ON job FOR EACH ROW
	WHEN (OLD.phase IS DISTINCT FROM NEW.phase OR OLD.state <> NEW.state) EXECUTE FUNCTION job_phase_clock();

-- Of a role that reads jobs of all tenants; in one order, so that two jobs that end do
-- not wait for each other in a circle.
CREATE POLICY counts ON job_issue FOR SELECT TO rollcall_names USING (true);
GRANT SELECT (job_id, code) ON job_issue TO rollcall_names;
GRANT CREATE ON SCHEMA public TO rollcall_names;

CREATE FUNCTION job_count_end() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	INSERT INTO figure AS f (name, labels, value)
	SELECT name, labels, value FROM (
		SELECT 'jobs_ended' AS name, format('kind="%s",state="%s"', NEW.kind, NEW.state) AS labels, 1::float8 AS value
		UNION ALL
		SELECT 'job_phase_seconds', format('phase="%s"', key),
			value::float8
		FROM jsonb_each_text(NEW.phase_seconds)
		UNION ALL
		SELECT 'job_issues', format('code="%s"', code), count(*) FROM job_issue WHERE job_id = NEW.id GROUP BY code
	) happened
	ORDER BY name, labels
	ON CONFLICT (name, labels) DO UPDATE SET value = f.value + excluded.value;
	RETURN NULL;
END
$$;
CREATE TRIGGER job_count_end AFTER UPDATE ON job FOR EACH ROW
	WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION job_count_end();

-- An attempt that came to nothing: its worker is lost, or has said why before.
CREATE FUNCTION job_count_failure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	INSERT INTO figure AS f (name, labels, value)
	VALUES ('job_attempts_failed', format('reason="%s"', coalesce(NEW.failed_reason, 'worker_lost')), 1)
	ON CONFLICT (name, labels) DO UPDATE SET value = f.value + 1;
	UPDATE job SET failed_reason = NULL WHERE id = NEW.id AND failed_reason IS NOT NULL;
	RETURN NULL;
END
$$;
CREATE TRIGGER job_count_failure AFTER UPDATE OF state ON job FOR EACH ROW
	WHEN (OLD.state = 'running' AND NEW.attempts_before = OLD.attempts_before AND (NEW.state = 'queued'
		OR (NEW.state = 'failed' AND NEW.errors = 0)))
	EXECUTE FUNCTION job_count_failure();
GRANT SELECT (id, failed_reason), UPDATE (failed_reason) ON job TO rollcall_names;
CREATE POLICY failures ON job FOR UPDATE TO rollcall_names USING (true);

ALTER FUNCTION job_count_end() OWNER TO rollcall_names;
ALTER FUNCTION job_count_failure() OWNER TO rollcall_names;
REVOKE ALL ON FUNCTION job_count_end(), job_count_failure() FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM rollcall_names;

-- The audit is forgotten by days, some rows at a time, by an idle worker.
CREATE POLICY forget ON audit TO rollcall_signin USING (at < now() - interval '1 day');
GRANT SELECT (id, at), DELETE ON audit TO rollcall_signin;
COMMENT ON TABLE audit IS 'who did what; never a secret. Rows are only added, and forgotten after audit_days';
CREATE INDEX audit_at ON audit (at);
GRANT CREATE ON SCHEMA public TO rollcall_signin;
CREATE FUNCTION audit_forget(days int, most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH gone AS (
		DELETE FROM audit WHERE id IN (
			SELECT id FROM audit WHERE at < now() - make_interval(days => greatest(days, 1)) ORDER BY at LIMIT most)
		RETURNING 1
	)
	SELECT count(*) FROM gone;
$$;
ALTER FUNCTION audit_forget(int, int) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION audit_forget(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_forget(int, int) TO rollcall_worker;
REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
