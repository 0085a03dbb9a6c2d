-- A test of the webhook: a delivery without a job, sent once, whose answer is kept for the page.
ALTER TABLE job_delivery ALTER job_id DROP NOT NULL,
	ADD CHECK (job_id IS NOT NULL OR kind = 'webhook');
ALTER TABLE job_webhook ADD tested_at timestamptz, ADD test_answer text, ADD test_arrived boolean;
COMMENT ON COLUMN job_webhook.tested_at IS 'when the last test was asked for';
COMMENT ON COLUMN job_webhook.test_answer IS 'what came of it; null: it waits';
GRANT CREATE ON SCHEMA public TO rollcall_signin;

-- As before, and tests, which are due again as anything else, until they have an answer.
CREATE OR REPLACE FUNCTION delivery_take()
RETURNS TABLE (id bigint, kind text, attempt int, url text, secret text, email text, language text, job_id int,
	state text, body text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH next AS (
		UPDATE job_delivery d
		SET attempt = d.attempt + 1, due_at = now() + least(interval '6 hours', interval '1 minute' * 2 ^ least(d.attempt, 10))
		WHERE d.id = (SELECT n.id FROM job_delivery n WHERE n.due_at <= now() ORDER BY n.due_at, n.id
			LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING d.*
	)
	SELECT next.id, next.kind, next.attempt, w.url, w.secret, a.email, a.language, j.id, j.state,
		CASE WHEN next.job_id IS NULL THEN json_build_object('event', 'webhook.test', 'delivery', next.id, 'tenant_uuid', t.uuid)
		ELSE json_build_object('event', 'job.ended', 'delivery', next.id, 'job', j.id, 'kind', j.kind, 'state', j.state,
			'file', j.file_name, 'dry_run', j.dry_run, 'rows', j.rows, 'errors', j.errors, 'warnings', j.warnings,
			'counts', j.counts, 'tenant_uuid', t.uuid, 'administrator', j.admin_name,
			'created_at', to_char(j.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			'ended_at', to_char(j.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) END::text
	FROM next
	LEFT JOIN job j ON j.id = next.job_id
	LEFT JOIN tenant t ON t.id = next.tenant_id
	LEFT JOIN job_webhook w ON next.kind = 'webhook' AND w.tenant_id = next.tenant_id
	LEFT JOIN admin a ON next.kind = 'mail' AND a.id = j.admin_id AND NOT a.disabled
$$;

-- The end of a test: its answer, whatever it is.
CREATE FUNCTION delivery_tested(wanted bigint, arrived boolean, answer text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH gone AS (
		DELETE FROM job_delivery d WHERE d.id = wanted AND d.job_id IS NULL RETURNING d.tenant_id
	)
	UPDATE job_webhook w SET test_arrived = arrived, test_answer = left(answer, 200) FROM gone WHERE w.tenant_id = gone.tenant_id
$$;

DROP FUNCTION session_webhook(bytea, int, int);
CREATE FUNCTION session_webhook(hash bytea, idle int, lifetime int)
RETURNS TABLE (url text, failure text, failed_at timestamptz, waiting bigint, tested_at timestamptz, test_answer text, test_arrived boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT w.url, w.failure, w.failed_at,
		(SELECT count(*) FROM job_delivery d WHERE d.kind = 'webhook' AND d.tenant_id = w.tenant_id AND d.job_id IS NOT NULL),
		w.tested_at, w.test_answer, w.test_arrived
	FROM job_webhook w WHERE w.tenant_id = session_setup_tenant(hash, idle, lifetime)
$$;

-- Asks for a test, unless one waits already.  False: there is no webhook.
CREATE FUNCTION session_webhook_test(hash bytea, idle int, lifetime int, origin text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	me admin;
	tenant int := session_setup_tenant(hash, idle, lifetime);
BEGIN
	SELECT * INTO me FROM session_admin(hash, idle, lifetime);
	PERFORM FROM job_webhook w WHERE w.tenant_id = tenant FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	IF EXISTS (SELECT FROM job_delivery d WHERE d.tenant_id = tenant AND d.job_id IS NULL) THEN
		RETURN true;
	END IF;
	UPDATE job_webhook w SET tested_at = now(), test_answer = NULL, test_arrived = NULL WHERE w.tenant_id = tenant;
	INSERT INTO job_delivery (kind, tenant_id) VALUES ('webhook', tenant);
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
	VALUES (me.id, me.username, tenant, origin, 'webhook.test', '{}');
	RETURN true;
END
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['delivery_tested(bigint, boolean, text)', 'session_webhook(bytea, int, int)',
	    'session_webhook_test(bytea, int, int, text)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_signin', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', one,
			CASE WHEN one::text LIKE 'delivery%' THEN 'rollcall_worker' ELSE 'rollcall_web' END);
	END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
