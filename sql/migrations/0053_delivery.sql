-- The end of a job is sent on: by e-mail to who sent it, and to the webhook of its entity.
--
-- A trigger puts what is to be sent into a table, in the transaction of the job's end.
-- `rollcall deliver`, which idle workers start, takes it from there.  Taking is a lease: the
-- row is due again later, each time twice as late, until it is deleted as sent.

ALTER TABLE admin ADD email text
	CHECK (length(email) <= 254 AND email ~ '^[A-Za-z0-9][A-Za-z0-9._%+=-]*@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$');
COMMENT ON COLUMN admin.email IS 'where the end of his jobs is written to; null: nowhere';
GRANT UPDATE (email) ON admin TO rollcall_signin;

CREATE TABLE job_webhook (
	tenant_id int PRIMARY KEY REFERENCES tenant ON DELETE CASCADE,
	url text NOT NULL CHECK (length(url) <= 2000 AND url ~ '^https?://[^[:space:][:cntrl:]@]+$'),
	secret text NOT NULL CHECK (length(secret) >= 32),
	failed_at timestamptz,
	failure text
);
COMMENT ON COLUMN job_webhook.secret IS 'the key of the signature; the receiver has it too';
COMMENT ON COLUMN job_webhook.failure IS 'why the last delivery came to nothing; null: it did not';

CREATE TABLE job_delivery (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN ('mail', 'webhook')),
	job_id int NOT NULL REFERENCES job ON DELETE CASCADE,
	tenant_id int,
	due_at timestamptz NOT NULL DEFAULT now(),
	attempt int NOT NULL DEFAULT 0
);
CREATE INDEX job_delivery_due ON job_delivery (due_at);
CREATE INDEX job_delivery_job ON job_delivery (job_id);

DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['job_webhook', 'job_delivery'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
		EXECUTE format('CREATE POLICY owner ON %I TO rollcall_owner USING (true)', name);
		EXECUTE format('CREATE POLICY signin ON %I TO rollcall_signin USING (true)', name);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO rollcall_signin', name);
	END LOOP;
END
$$;
CREATE POLICY signin_delivery ON job FOR SELECT TO rollcall_signin USING (true);
GRANT SELECT ON job TO rollcall_signin;
GRANT CREATE ON SCHEMA public TO rollcall_signin;

CREATE FUNCTION job_delivery_add() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	INSERT INTO job_delivery (kind, job_id, tenant_id)
	SELECT 'webhook', NEW.id, NEW.tenant_id FROM job_webhook w WHERE w.tenant_id = NEW.tenant_id
	UNION ALL
	SELECT 'mail', NEW.id, NEW.tenant_id FROM admin a WHERE a.id = NEW.admin_id AND a.email IS NOT NULL AND NOT a.disabled;
	RETURN NULL;
END
$$;
CREATE TRIGGER job_delivery_add AFTER UPDATE ON job FOR EACH ROW
	WHEN (NEW.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
	EXECUTE FUNCTION job_delivery_add();

-- --- the worker ----------------------------------------------------------------

CREATE FUNCTION delivery_due() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT EXISTS (SELECT FROM job_delivery WHERE due_at <= now()) $$;

-- Takes the next one that is due: no row where there is none.  It is due again after a
-- minute, two, four ... at most six hours.
CREATE FUNCTION delivery_take()
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
		json_build_object('event', 'job.ended', 'delivery', next.id, 'job', j.id, 'kind', j.kind, 'state', j.state,
			'file', j.file_name, 'dry_run', j.dry_run, 'rows', j.rows, 'errors', j.errors, 'warnings', j.warnings,
			'counts', j.counts, 'tenant_uuid', t.uuid, 'administrator', j.admin_name,
			'created_at', to_char(j.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			'ended_at', to_char(j.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))::text
	FROM next
	JOIN job j ON j.id = next.job_id
	LEFT JOIN tenant t ON t.id = j.tenant_id
	LEFT JOIN job_webhook w ON next.kind = 'webhook' AND w.tenant_id = next.tenant_id
	LEFT JOIN admin a ON next.kind = 'mail' AND a.id = j.admin_id AND NOT a.disabled
$$;

-- Its end: sent (failure null), or another attempt later; after twelve it is given up.  What
-- failed is kept for the page of the webhook.  True where it will be tried again.
CREATE FUNCTION delivery_end(wanted bigint, why text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	d job_delivery;
BEGIN
	SELECT * INTO d FROM job_delivery x WHERE x.id = wanted;
	IF d.kind = 'webhook' THEN
		UPDATE job_webhook w SET failure = left(why, 200), failed_at = CASE WHEN why IS NOT NULL THEN now() END
		WHERE w.tenant_id = d.tenant_id;
	END IF;
	DELETE FROM job_delivery x WHERE x.id = wanted AND (why IS NULL OR x.attempt >= 12);
	RETURN NOT FOUND AND d.id IS NOT NULL;
END
$$;

-- --- by a session ----------------------------------------------------------------

-- The address for mails; with `change` it is set to `wanted` first, null: none.
CREATE FUNCTION session_email(hash bytea, idle int, lifetime int, change boolean, wanted text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	me admin;
BEGIN
	SELECT * INTO me FROM session_admin(hash, idle, lifetime);
	IF change THEN
		UPDATE admin SET email = wanted WHERE admin.id = me.id AND admin.email IS DISTINCT FROM wanted;
		RETURN wanted;
	END IF;
	RETURN me.email;
END
$$;

-- The tenant whose webhook the session may set: the own or chosen one, with the right
-- `setup`; null: none.
CREATE FUNCTION session_setup_tenant(hash bytea, idle int, lifetime int) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT CASE WHEN a.root THEN s.tenant_id ELSE a.tenant_id END
	FROM session s
	JOIN admin a ON a.id = s.admin_id AND NOT a.disabled AND (a.root OR 'setup' = ANY (a.rights))
	WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now()
$$;

CREATE FUNCTION session_webhook(hash bytea, idle int, lifetime int)
RETURNS TABLE (url text, failure text, failed_at timestamptz, waiting bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT w.url, w.failure, w.failed_at,
		(SELECT count(*) FROM job_delivery d WHERE d.kind = 'webhook' AND d.tenant_id = w.tenant_id)
	FROM job_webhook w WHERE w.tenant_id = session_setup_tenant(hash, idle, lifetime)
$$;

-- Sets it; with url null there is none any more, with new_secret null it keeps its secret.
-- False: there is no tenant to set it for, or no secret to keep.
CREATE FUNCTION session_webhook_set(hash bytea, idle int, lifetime int, new_url text, new_secret text, origin text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	me admin;
	tenant int := session_setup_tenant(hash, idle, lifetime);
BEGIN
	SELECT * INTO me FROM session_admin(hash, idle, lifetime);
	IF tenant IS NULL OR new_url IS NOT NULL AND new_secret IS NULL
			AND NOT EXISTS (SELECT FROM job_webhook w WHERE w.tenant_id = tenant) THEN
		RETURN false;
	END IF;
	IF new_url IS NULL THEN
		DELETE FROM job_delivery d WHERE d.kind = 'webhook' AND d.tenant_id = tenant;
		DELETE FROM job_webhook w WHERE w.tenant_id = tenant;
	ELSE
		UPDATE job_webhook w SET url = new_url, secret = coalesce(new_secret, w.secret), failure = NULL, failed_at = NULL
		WHERE w.tenant_id = tenant;
		INSERT INTO job_webhook (tenant_id, url, secret) SELECT tenant, new_url, new_secret WHERE NOT FOUND;
	END IF;
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
	VALUES (me.id, me.username, tenant, origin, 'webhook.change', jsonb_strip_nulls(jsonb_build_object('host', substring(new_url FROM '^https?://[^/?#]+'))));
	RETURN true;
END
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['job_delivery_add()', 'delivery_due()', 'delivery_take()', 'delivery_end(bigint, text)',
	    'session_email(bytea, int, int, boolean, text)', 'session_setup_tenant(bytea, int, int)',
	    'session_webhook(bytea, int, int)', 'session_webhook_set(bytea, int, int, text, text, text)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_signin', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
		IF one::text ~ '^session_(email|webhook)' THEN
			EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_web', one);
		ELSIF one::text ~ '^delivery_' THEN
			EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_worker', one);
		END IF;
	END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
