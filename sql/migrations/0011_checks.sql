-- Jobs that are only checked, that can be cancelled, and whose progress never
-- falls:
--
--   running -> checked    judged and applied, then rolled back: only the plan stays
--   checked -> queued     somebody applies it: checked once more, and applied in
--                         the same transaction where the plan is still the same
--   queued, running -> cancelled
--
-- The web asks (applied_by, cancelled_by), and the trigger below decides what that
-- makes of the job's state: no other column is its to change.

CREATE SEQUENCE job_turn;
ALTER TABLE job
	ADD dry_run boolean NOT NULL DEFAULT false,
	ADD applied_by text,
	ADD cancelled_by text,
	ADD plan json,
	ADD plan_digest text,
	ADD plan_key uuid NOT NULL DEFAULT gen_random_uuid(),
	ADD plan_changed boolean NOT NULL DEFAULT false,
	ADD kept_as_sent boolean NOT NULL DEFAULT true,
	ADD queued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	ADD turn bigint,
	ADD attempts_before int NOT NULL DEFAULT 0,
	ADD unlogged boolean NOT NULL DEFAULT false,
	ADD percent int NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
	ADD expected_at timestamptz;
COMMENT ON COLUMN job.dry_run IS 'it was sent to be checked';
COMMENT ON COLUMN job.applied_by IS 'who asked that what was checked be applied';
COMMENT ON COLUMN job.cancelled_by IS 'who asked that it be cancelled';
COMMENT ON COLUMN job.plan IS 'what a check found it would do, by resource; json, not jsonb: it keeps the order';
COMMENT ON COLUMN job.plan_digest IS 'of the whole plan, cell by cell: another one is another plan';
COMMENT ON COLUMN job.plan_key IS 'goes into the digest, and is shown to nobody';
COMMENT ON COLUMN job.plan_changed IS 'it was to be applied, but its plan was another one by then';
COMMENT ON COLUMN job.kept_as_sent IS 'the upload still has its secrets';
COMMENT ON COLUMN job.queued_at IS 'when it was last queued by somebody';
COMMENT ON COLUMN job.turn IS 'its place in the queue: a new one each time it is queued by somebody';
COMMENT ON COLUMN job.attempts_before IS 'attempts that are not to be charged: of its check, once it is applied, and those that a stopping worker left';
COMMENT ON COLUMN job.unlogged IS 'it ended while no worker had it, and the import log does not say so yet';
COMMENT ON COLUMN job.percent IS 'of the whole job; grows over all attempts';
COMMENT ON COLUMN job.expected_at IS 'when it is expected to end';

-- Forced row level security hides the jobs that there are from their owner too.
ALTER TABLE job NO FORCE ROW LEVEL SECURITY;
ALTER TABLE job_chunk NO FORCE ROW LEVEL SECURITY;
UPDATE job SET turn = id, queued_at = created_at, percent = CASE WHEN ended_at IS NOT NULL THEN 100 ELSE 0 END,
	kept_as_sent = EXISTS (
	SELECT FROM job_chunk WHERE job_id = job.id AND job_chunk.kind = 'upload');
SELECT setval('job_turn', (SELECT coalesce(max(id), 0) + 1 FROM job));
ALTER TABLE job_chunk FORCE ROW LEVEL SECURITY;
ALTER TABLE job FORCE ROW LEVEL SECURITY;
ALTER TABLE job ALTER turn SET NOT NULL, ALTER turn SET DEFAULT nextval('job_turn');
ALTER SEQUENCE job_turn OWNED BY job.turn;
GRANT USAGE ON SEQUENCE job_turn TO rollcall_web;

ALTER TABLE job
	DROP CONSTRAINT job_state_check,
	DROP CONSTRAINT job_phase_check,
	DROP CONSTRAINT job_check,
	DROP CONSTRAINT job_check1,
	ADD CHECK (state IN ('queued', 'running', 'done', 'failed', 'checked', 'cancelled')),
	ADD CHECK (phase IN ('reading', 'checking', 'hashing', 'judging', 'planning', 'comparing', 'applying', 'finishing')),
	ADD CHECK ((state IN ('queued', 'running')) = (ended_at IS NULL)),
	ADD CHECK (state IN ('queued', 'cancelled') OR started_at IS NOT NULL),
	ADD CHECK (state <> 'checked' OR (dry_run AND plan IS NOT NULL AND applied_by IS NULL)),
	ADD CHECK (state <> 'cancelled' OR cancelled_by IS NOT NULL),
	ADD CHECK (applied_by IS NULL OR dry_run);

DROP INDEX job_waiting;
CREATE INDEX job_waiting ON job (turn) WHERE state IN ('queued', 'running');
CREATE INDEX job_unlogged ON job (id) WHERE unlogged;

-- What somebody asks for, and what becomes of the job.
CREATE FUNCTION job_asked() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
	-- Neither taken back nor put on somebody else; a changed plan (import_end) forgets
	-- who asked.
	IF NEW.cancelled_by IS DISTINCT FROM OLD.cancelled_by AND OLD.cancelled_by IS NOT NULL
		OR NEW.applied_by IS DISTINCT FROM OLD.applied_by AND OLD.applied_by IS NOT NULL
			AND NEW.state <> 'checked' THEN
		RAISE 'job % was asked for already', OLD.id;
	END IF;
	IF NEW.cancelled_by IS NOT NULL AND OLD.cancelled_by IS NULL THEN
		IF OLD.state = 'queued' THEN
			NEW.state := 'cancelled';
			NEW.unlogged := true;
			NEW.ended_at := clock_timestamp();
		ELSIF OLD.state <> 'running' THEN
			RAISE 'job % is %: it cannot be cancelled', OLD.id, OLD.state;
		END IF;
	END IF;
	IF NEW.applied_by IS NOT NULL AND OLD.applied_by IS NULL THEN
		IF OLD.state <> 'checked' OR NOT OLD.kept_as_sent THEN
			RAISE 'job % is %: it cannot be applied', OLD.id, OLD.state;
		END IF;
		NEW.state := 'queued';
		NEW.plan_changed := false;
		NEW.queued_at := clock_timestamp();
		NEW.turn := nextval('job_turn');
		NEW.attempts_before := OLD.attempt;
		NEW.started_at := NULL;
		NEW.ended_at := NULL;
		NEW.done := 0;
		NEW.total := 0;
		NEW.percent := 0;
		NEW.rows := 0;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER job_asked BEFORE UPDATE OF applied_by, cancelled_by ON job
	FOR EACH ROW EXECUTE FUNCTION job_asked();

CREATE POLICY asked ON job FOR UPDATE TO rollcall_web USING
	(tenant_id = ANY ((SELECT scope())::int[]) OR (tenant_id IS NULL AND (SELECT scope_is_root())));
GRANT UPDATE (applied_by, cancelled_by) ON job TO rollcall_web;
-- A job that is cancelled while it waits has no worker that would log it.
CREATE POLICY asked ON job_log FOR INSERT TO rollcall_web WITH CHECK
	(tenant_id = ANY ((SELECT scope())::int[]) OR (tenant_id IS NULL AND (SELECT scope_is_root())));
GRANT INSERT ON job_log TO rollcall_web;

-- A job as pages and the API show it; times are ISO 8601 in UTC.
CREATE VIEW job_summary WITH (security_invoker = true) AS
	SELECT job.id, job.tenant_id, tenant.name AS tenant_name, admin_name, kind, file_name, state, phase,
		bytes, raw, dry_run, applied_by, cancelled_by, plan, plan_digest, plan_changed, kept_as_sent,
		turn, queued_at,
		done, total, percent, attempt - attempts_before AS attempt, rows, errors, warnings, counts,
		to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
		to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
		to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ended_at,
		extract(epoch FROM coalesce(ended_at, clock_timestamp()) - started_at) AS seconds,
		extract(epoch FROM expected_at - clock_timestamp()) AS remaining
	FROM job LEFT JOIN tenant ON tenant.id = job.tenant_id;
GRANT SELECT ON job_summary TO rollcall_web;

-- The cells that an update would change, in the order of the file and its
-- columns.  No reference to job, as in job_row.
CREATE TABLE job_change (
	job_id int NOT NULL,
	n bigint NOT NULL,
	tenant_id int,
	row_number bigint NOT NULL,
	line bigint NOT NULL,
	user_uuid uuid NOT NULL,
	user_name text NOT NULL,
	column_name text NOT NULL,
	old text,
	new text,
	generated boolean NOT NULL,
	PRIMARY KEY (job_id, n)
);
COMMENT ON COLUMN job_change.new IS 'null where generated: it is drawn when it is applied';
ALTER TABLE job_change ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON job_change TO rollcall_worker USING (true);
GRANT SELECT, INSERT, DELETE ON job_change TO rollcall_worker;
CREATE POLICY scope ON job_change TO rollcall_web USING
	(tenant_id = ANY ((SELECT scope())::int[]) OR (tenant_id IS NULL AND (SELECT scope_is_root())));
GRANT SELECT ON job_change TO rollcall_web;

-- A user as a row of a file: what an export writes, and what a check compares.
-- The columns have the names of csv/fields.def, and are found by them.
--
-- Lists are put together once for all users and then joined.  In a name of a
-- list ; and \ are escaped.  The three columns of the incoming calls are
-- parallel; where none has ring seconds their cell is empty.
CREATE VIEW user_row WITH (security_invoker = true) AS
	SELECT u.uuid, u.tenant_id AS entity_id, u.subscription_type, u.firstname, u.lastname,
		u.email, u.language, u.mobile_phone_number, u.outgoing_caller_id, u.enabled::int,
		u.supervision_enabled::int, u.call_transfer_enabled::int, u.dtmf_hangup_enabled::int,
		u.call_record_outgoing_external_enabled::int, u.call_record_outgoing_internal_enabled::int,
		u.call_record_incoming_external_enabled::int, u.call_record_incoming_internal_enabled::int,
		u.online_call_record_enabled::int, u.simultaneous_calls, u.ring_seconds,
		u.call_permission_password, u.userfield, u.username, u.password_hash AS password,
		u.cti_profile_enabled::int, p.name AS cti_profile_name, b.labels,
		l.protocol AS line_protocol, x.exten, c.name AS context, s.name AS line_site,
		l.sip_username, l.sip_secret, l.provisioning_code,
		i.incall_exten, i.incall_context, i.incall_ring_seconds,
		v.name AS voicemail_name, v.number AS voicemail_number, vc.name AS voicemail_context,
		v.password AS voicemail_password, v.email AS voicemail_email,
		v.attach_audio::int AS voicemail_attach_audio,
		v.delete_messages::int AS voicemail_delete_messages,
		v.ask_password::int AS voicemail_ask_password, q.call_permissions, u.id AS user_id
	FROM users u
	LEFT JOIN cti_profile p ON p.tenant_id = u.tenant_id AND p.id = u.cti_profile_id
	LEFT JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id
	LEFT JOIN line_template s ON s.tenant_id = l.tenant_id AND s.id = l.line_template_id
	LEFT JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id
	LEFT JOIN context c ON c.tenant_id = l.tenant_id AND c.id = l.context_id
	LEFT JOIN voicemail v ON v.tenant_id = u.tenant_id AND v.id = u.voicemail_id
	LEFT JOIN context vc ON vc.tenant_id = v.tenant_id AND vc.id = v.context_id
	LEFT JOIN (
		SELECT tenant_id, user_id, string_agg(exten, ';' ORDER BY exten, name) AS incall_exten,
			string_agg(replace(replace(name, '\', '\\'), ';', '\;'), ';' ORDER BY exten, name)
				AS incall_context,
			CASE WHEN count(ring_seconds) > 0 THEN
				string_agg(coalesce(ring_seconds::text, ''), ';' ORDER BY exten, name)
			END AS incall_ring_seconds
		FROM (
			SELECT n.tenant_id, n.user_id, n.exten, n.ring_seconds, k.name COLLATE "C" AS name
			FROM incall n
			JOIN context k ON k.tenant_id = n.tenant_id AND k.id = n.context_id
			WHERE n.user_id IS NOT NULL
		) held
		GROUP BY tenant_id, user_id
	) i ON i.tenant_id = u.tenant_id AND i.user_id = u.id
	LEFT JOIN (
		SELECT m.tenant_id, m.user_id,
			string_agg(replace(replace(g.name, '\', '\\'), ';', '\;'), ';' ORDER BY g.name COLLATE "C")
				AS labels
		FROM user_label m
		JOIN label g ON g.tenant_id = m.tenant_id AND g.id = m.label_id
		GROUP BY m.tenant_id, m.user_id
	) b ON b.tenant_id = u.tenant_id AND b.user_id = u.id
	LEFT JOIN (
		SELECT m.tenant_id, m.user_id,
			string_agg(replace(replace(g.name, '\', '\\'), ';', '\;'), ';' ORDER BY g.name COLLATE "C")
				AS call_permissions
		FROM user_call_permission m
		JOIN call_permission g ON g.tenant_id = m.tenant_id AND g.id = m.call_permission_id
		GROUP BY m.tenant_id, m.user_id
	) q ON q.tenant_id = u.tenant_id AND q.user_id = u.id;
GRANT SELECT ON user_row TO rollcall_web, rollcall_worker;

-- The state of the queue, with the two new ends of a job.
DROP FUNCTION queue_state();
GRANT SELECT (queued_at) ON job TO rollcall_names;
GRANT CREATE ON SCHEMA public TO rollcall_names;
CREATE FUNCTION queue_state()
RETURNS TABLE (queued bigint, running bigint, oldest_seconds float, done bigint, failed bigint,
	checked bigint, cancelled bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'running'),
		coalesce(extract(epoch FROM clock_timestamp() - min(queued_at)
			FILTER (WHERE state IN ('queued', 'running'))), 0)::float,
		count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE state = 'failed'),
		count(*) FILTER (WHERE state = 'checked'), count(*) FILTER (WHERE state = 'cancelled')
	FROM job
$$;
ALTER FUNCTION queue_state() OWNER TO rollcall_names;
REVOKE ALL ON FUNCTION queue_state() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION queue_state() TO rollcall_web;
REVOKE CREATE ON SCHEMA public FROM rollcall_names;

-- Statistics of the report whatever the end; of the users where they were changed:
-- a table that is known to be empty is read whole for each row that refers to it, also
-- while it is filled.
CREATE OR REPLACE FUNCTION analyze_users() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	ANALYZE users, line, extension, incall, voicemail, user_call_permission, user_label;
END
$$;
CREATE FUNCTION analyze_report() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	ANALYZE job_row, job_issue, job_issue_row, job_change;
END
$$;
REVOKE ALL ON FUNCTION analyze_report() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION analyze_report() TO rollcall_worker;

-- Where a table is known to be empty but is not, a check that was rolled back or users
-- that were deleted being still in its pages, all its indexes seem equally good.  Of
-- bitmap scans the planner then takes any, and a foreign key check reads all rows of a
-- tenant for each row of a file; of index scans it takes the one that is unique.
ALTER ROLE rollcall_worker SET enable_bitmapscan = off;
