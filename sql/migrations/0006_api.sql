-- The JSON API: tokens, who an account is, throttling of guesses, the rows that
-- a report shows, and the state of the queue.

-- --- tokens and accounts ----------------------------------------------------

CREATE TABLE token (
	token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
	admin_id bigint NOT NULL REFERENCES admin ON DELETE CASCADE,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL
);
COMMENT ON COLUMN token.token_hash IS 'SHA-256 of the token; the token itself is only with its owner';
CREATE INDEX token_admin ON token (admin_id);

-- Failed sign-ins lately.  A row is an account (address ''), an address (account
-- ''), or both: the pair.  A pair that signed in lately is known: guesses from
-- elsewhere do not slow it down, so that nobody is locked out of an account.
CREATE TABLE throttle (
	account bytea NOT NULL,
	address text NOT NULL,
	failures int NOT NULL DEFAULT 0 CHECK (failures >= 0),
	failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	known_at timestamptz,
	PRIMARY KEY (account, address)
);
COMMENT ON COLUMN throttle.account IS 'a keyed hash of the name: what was typed may be a password in the wrong field';

CREATE TABLE throttle_key (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	key text NOT NULL
);
INSERT INTO throttle_key (key) VALUES (gen_random_uuid()::text || gen_random_uuid()::text);

DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['token', 'throttle', 'throttle_key'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
		EXECUTE format('CREATE POLICY owner ON %I TO rollcall_owner USING (true)', name);
		EXECUTE format('CREATE POLICY signin ON %I TO rollcall_signin USING (true)', name);
	END LOOP;
END
$$;
GRANT SELECT, INSERT, DELETE ON token TO rollcall_signin;
GRANT SELECT, INSERT, UPDATE, DELETE ON throttle TO rollcall_signin;
GRANT SELECT ON throttle_key TO rollcall_signin;

-- A password that was changed, and an account that was disabled, end tokens as
-- they end sessions.
CREATE FUNCTION token_end() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	DELETE FROM token WHERE admin_id = NEW.id;
	RETURN NULL;
END
$$;
CREATE TRIGGER token_end AFTER UPDATE ON admin FOR EACH ROW
	WHEN (NEW.password_hash IS DISTINCT FROM OLD.password_hash OR (NEW.disabled AND NOT OLD.disabled))
	EXECUTE FUNCTION token_end();

GRANT CREATE ON SCHEMA public TO rollcall_signin, rollcall_names;

-- Who an account is in a scope: the tenant of that uuid, or without one the
-- account's own (root: all).  No row: disabled, or the tenant is not its to see.
CREATE FUNCTION account_find(admin_id bigint, wanted uuid)
RETURNS TABLE (id bigint, username text, language text, root boolean, rights text[],
	tenant_id int, tenant_name text, scope int[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT a.id, a.username, a.language, a.root, a.rights, t.id, t.name,
		CASE WHEN t.id IS NOT NULL THEN ARRAY[t.id]
		ELSE coalesce((SELECT array_agg(every.id ORDER BY every.id) FROM tenant every), '{}') END
	FROM admin a
	LEFT JOIN tenant t ON (a.root OR t.id = a.tenant_id)
		AND CASE WHEN wanted IS NULL THEN t.id = a.tenant_id ELSE t.uuid = wanted END
	WHERE a.id = admin_id AND NOT a.disabled
		AND (t.id IS NOT NULL OR (a.root AND wanted IS NULL));
$$;

-- A new token; those that have expired are swept on the way.
CREATE FUNCTION token_open(hash bytea, admin bigint, seconds int) RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	DELETE FROM token WHERE expires_at <= now();
	INSERT INTO token (token_hash, admin_id, expires_at)
	VALUES (hash, admin, now() + make_interval(secs => seconds))
	RETURNING expires_at;
$$;

-- Whose token it is; null for none and for one that has expired.
CREATE FUNCTION token_find(hash bytea) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT admin_id FROM token WHERE token_hash = hash AND expires_at > now() $$;

-- Revokes a token; tells whose it was.
CREATE FUNCTION token_close(hash bytea) RETURNS TABLE (admin_id bigint, username text, tenant_id int)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH ended AS (
		DELETE FROM token t WHERE t.token_hash = hash AND t.expires_at > now() RETURNING t.admin_id
	)
	SELECT a.id, a.username, a.tenant_id FROM ended JOIN admin a ON a.id = ended.admin_id;
$$;

-- The scope of the command line: a tenant by number, uuid or name; null: all.
CREATE FUNCTION scope_find(wanted text) RETURNS TABLE (tenant_id int, tenant_name text, scope int[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT t.id, t.name, ARRAY[t.id] FROM tenant t
	WHERE wanted IN (t.id::text, t.uuid::text, t.name)
	UNION ALL
	SELECT NULL, NULL, coalesce((SELECT array_agg(t.id ORDER BY t.id) FROM tenant t), '{}')
	WHERE wanted IS NULL
	ORDER BY 1
	LIMIT 1;
$$;

-- --- throttling -------------------------------------------------------------

-- The account as the table names it.
CREATE FUNCTION throttle_account(name text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT sha256(convert_to(key || lower(name), 'UTF8')) FROM throttle_key $$;

-- The address as the table names it: an IPv4 address, or the /64 of an IPv6 one,
-- which is one customer; '' for what is none.
CREATE FUNCTION throttle_address(address text) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
	RETURN CASE WHEN family(address::inet) = 6
		THEN text(network(set_masklen(address::inet, 64))) ELSE host(address::inet) END;
EXCEPTION WHEN invalid_text_representation THEN
	RETURN '';
END
$$;

-- Seconds to wait after so many failures of which `free` are free: 1, 2, 4 ... 60.
-- An hour without one forgets them.
CREATE FUNCTION throttle_delay(t throttle, free int) RETURNS float
LANGUAGE sql STABLE
AS $$
	SELECT CASE WHEN t.failures < free OR t.failed_at < clock_timestamp() - interval '1 hour' THEN 0
	ELSE least(60, 2 ^ least(t.failures - free, 10))
		- extract(epoch FROM clock_timestamp() - t.failed_at) END
$$;

-- How many seconds a sign-in of that name from that address has to wait; 0: none.
CREATE FUNCTION throttle_wait(name text, origin text) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH pair AS (
		SELECT t.* FROM throttle t
		WHERE t.account = throttle_account(name) AND t.address = throttle_address(origin)
			AND t.address <> '' AND t.known_at > now() - interval '30 days'
	), delays AS (
		SELECT throttle_delay(p::throttle, 5) AS seconds FROM pair p
		UNION ALL
		SELECT throttle_delay(t, 5) FROM throttle t
		WHERE t.account = throttle_account(name) AND t.address = '' AND NOT EXISTS (SELECT FROM pair)
		UNION ALL
		SELECT throttle_delay(t, 20) FROM throttle t
		WHERE t.account = '' AND t.address = throttle_address(origin)
			AND t.address <> '' AND NOT EXISTS (SELECT FROM pair)
	)
	SELECT coalesce(ceil(greatest(max(seconds), 0)), 0)::int FROM delays;
$$;

-- A refused sign-in counts for its account, its address and their pair; rows that
-- no longer matter are swept on the way.
CREATE FUNCTION throttle_fail(name text, origin text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	DELETE FROM throttle WHERE failed_at < now() - interval '1 day'
		AND coalesce(known_at, '-infinity') < now() - interval '30 days';
	INSERT INTO throttle AS t (account, address, failures)
	VALUES (throttle_account(name), '', 1), ('', throttle_address(origin), 1),
		(throttle_account(name), coalesce(nullif(throttle_address(origin), ''), '-'), 1)
	ON CONFLICT (account, address) DO UPDATE SET
		failures = least(1000, 1 + CASE WHEN t.failed_at < clock_timestamp() - interval '1 hour'
			THEN 0 ELSE t.failures END),
		failed_at = clock_timestamp();
$$;

-- A sign-in that was right: its account's failures are forgotten, the pair is
-- known.  The address's stay, else one good account would cover guesses at
-- others.  True where that was worth writing down: not for each of a script's
-- requests.
CREATE FUNCTION throttle_pass(name text, origin text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH known AS (
		SELECT FROM throttle t
		WHERE t.account = throttle_account(name) AND t.address = throttle_address(origin)
			AND t.failures = 0 AND t.known_at > now() - interval '1 hour'
	), forgotten AS (
		UPDATE throttle t SET failures = 0
		WHERE t.account = throttle_account(name) AND t.address = '' AND t.failures > 0
	), noted AS (
		INSERT INTO throttle AS t (account, address, known_at)
		SELECT throttle_account(name), coalesce(nullif(throttle_address(origin), ''), '-'), now()
		WHERE NOT EXISTS (SELECT FROM known)
		ON CONFLICT (account, address) DO UPDATE SET failures = 0, known_at = now()
		RETURNING 1
	)
	SELECT EXISTS (SELECT FROM noted);
$$;

-- --- the state of the queue -------------------------------------------------

CREATE POLICY counts ON job FOR SELECT TO rollcall_names USING (true);
GRANT SELECT (kind, state, created_at, started_at) ON job TO rollcall_names;

-- Of all tenants, for whoever watches the machine: numbers alone.
CREATE FUNCTION queue_state()
RETURNS TABLE (queued bigint, running bigint, oldest_seconds float, done bigint, failed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'running'),
		coalesce(extract(epoch FROM clock_timestamp() - min(created_at)
			FILTER (WHERE state IN ('queued', 'running'))), 0)::float,
		count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE state = 'failed')
	FROM job
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['account_find(bigint, uuid)', 'token_open(bytea, bigint, int)',
	    'token_find(bytea)', 'token_close(bytea)', 'scope_find(text)', 'throttle_account(text)',
	    'throttle_wait(text, text)', 'throttle_fail(text, text)', 'throttle_pass(text, text)',
	    'token_end()', 'queue_state()']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO %s', one,
			CASE WHEN one = 'queue_state()'::regprocedure THEN 'rollcall_names' ELSE 'rollcall_signin' END);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
		IF one NOT IN ('throttle_account(text)'::regprocedure, 'token_end()'::regprocedure) THEN
			EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_web', one);
		END IF;
	END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM rollcall_signin, rollcall_names;

-- --- the rows of a report ---------------------------------------------------

-- The rows of a file that have issues, column by column as they were sent, with
-- the secret cells masked.  `json`, not jsonb: it keeps the columns' order.
CREATE TABLE job_issue_row (
	job_id int NOT NULL REFERENCES job ON DELETE CASCADE,
	row_number bigint NOT NULL,
	tenant_id int,
	"row" json NOT NULL,
	PRIMARY KEY (job_id, row_number)
);
ALTER TABLE job_issue_row ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON job_issue_row TO rollcall_worker USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON job_issue_row TO rollcall_worker;
CREATE POLICY scope ON job_issue_row TO rollcall_web USING
	(tenant_id = ANY ((SELECT scope())::int[]) OR (tenant_id IS NULL AND (SELECT scope_is_root())));
GRANT SELECT ON job_issue_row TO rollcall_web;

-- --- a user -----------------------------------------------------------------

-- A user with all that belongs to it.  Row level security is the caller's.
CREATE FUNCTION user_object(u users, secrets boolean) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
	SELECT json_build_object(
		'id', u.id, 'uuid', u.uuid, 'entity_id', u.tenant_id,
		'tenant_uuid', (SELECT t.uuid FROM tenant t WHERE t.id = u.tenant_id),
		'subscription_type', u.subscription_type,
		'firstname', u.firstname, 'lastname', u.lastname, 'email', u.email, 'language', u.language,
		'mobile_phone_number', u.mobile_phone_number, 'outgoing_caller_id', u.outgoing_caller_id,
		'enabled', u.enabled, 'supervision_enabled', u.supervision_enabled,
		'call_transfer_enabled', u.call_transfer_enabled, 'dtmf_hangup_enabled', u.dtmf_hangup_enabled,
		'call_record_outgoing_external_enabled', u.call_record_outgoing_external_enabled,
		'call_record_outgoing_internal_enabled', u.call_record_outgoing_internal_enabled,
		'call_record_incoming_external_enabled', u.call_record_incoming_external_enabled,
		'call_record_incoming_internal_enabled', u.call_record_incoming_internal_enabled,
		'online_call_record_enabled', u.online_call_record_enabled,
		'simultaneous_calls', u.simultaneous_calls, 'ring_seconds', u.ring_seconds,
		'call_permission_password', CASE WHEN secrets OR u.call_permission_password IS NULL
			THEN u.call_permission_password ELSE '********' END,
		'userfield', u.userfield, 'username', u.username,
		'password', CASE WHEN u.password_hash IS NOT NULL THEN '********' END,
		'cti_profile_enabled', u.cti_profile_enabled,
		'cti_profile_name', (SELECT p.name FROM cti_profile p
			WHERE p.tenant_id = u.tenant_id AND p.id = u.cti_profile_id),
		'lines', coalesce((SELECT json_agg(json_build_object('id', l.id, 'uuid', l.uuid,
				'protocol', l.protocol, 'context', c.name, 'line_site', s.name,
				'provisioning_code', l.provisioning_code::text, 'sip_username', l.sip_username,
				'sip_secret', CASE WHEN secrets OR l.sip_secret IS NULL
					THEN l.sip_secret ELSE '********' END))
			FROM line l
			JOIN context c ON c.tenant_id = l.tenant_id AND c.id = l.context_id
			JOIN line_template s ON s.tenant_id = l.tenant_id AND s.id = l.line_template_id
			WHERE l.tenant_id = u.tenant_id AND l.user_id = u.id), '[]'),
		'extensions', coalesce((SELECT json_agg(json_build_object('id', x.id, 'exten', x.exten,
				'context', c.name))
			FROM line l
			JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id
			JOIN context c ON c.tenant_id = x.tenant_id AND c.id = x.context_id
			WHERE l.tenant_id = u.tenant_id AND l.user_id = u.id), '[]'),
		'incalls', coalesce((SELECT json_agg(json_build_object('id', i.id, 'exten', i.exten,
				'context', c.name, 'ring_seconds', i.ring_seconds) ORDER BY i.id)
			FROM incall i
			JOIN context c ON c.tenant_id = i.tenant_id AND c.id = i.context_id
			WHERE i.tenant_id = u.tenant_id AND i.user_id = u.id), '[]'),
		'voicemail', (SELECT json_build_object('id', v.id, 'name', v.name, 'number', v.number,
				'context', c.name, 'password', CASE WHEN secrets OR v.password IS NULL
					THEN v.password ELSE '********' END,
				'email', v.email, 'attach_audio', v.attach_audio,
				'delete_messages', v.delete_messages, 'ask_password', v.ask_password)
			FROM voicemail v
			JOIN context c ON c.tenant_id = v.tenant_id AND c.id = v.context_id
			WHERE v.tenant_id = u.tenant_id AND v.id = u.voicemail_id),
		'call_permissions', coalesce((SELECT json_agg(json_build_object('id', p.id, 'name', p.name)
				ORDER BY p.id)
			FROM user_call_permission m
			JOIN call_permission p ON p.tenant_id = m.tenant_id AND p.id = m.call_permission_id
			WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id), '[]'),
		'labels', coalesce((SELECT json_agg(json_build_object('id', b.id, 'name', b.name) ORDER BY b.id)
			FROM user_label m
			JOIN label b ON b.tenant_id = m.tenant_id AND b.id = m.label_id
			WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id), '[]'))
$$;
