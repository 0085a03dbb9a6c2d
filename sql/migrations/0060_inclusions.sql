-- A context includes others: whose phone is of it reaches the numbers of those too.
CREATE TABLE context_include (
	tenant_id int NOT NULL,
	context_id bigint NOT NULL,
	included_id bigint NOT NULL,
	PRIMARY KEY (tenant_id, context_id, included_id),
	FOREIGN KEY (tenant_id, context_id) REFERENCES context ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, included_id) REFERENCES context,
	CHECK (context_id <> included_id)
);
CREATE INDEX context_include_included ON context_include (tenant_id, included_id);
ALTER TABLE context_include ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON context_include USING (tenant_id = ANY ((SELECT scope())::int[]));
CREATE POLICY phones ON context_include FOR SELECT TO rollcall_phones USING (true);
GRANT SELECT, INSERT, DELETE ON context_include TO rollcall_web;
GRANT SELECT ON context_include TO rollcall_phones;

SET LOCAL ROLE rollcall_phones;

-- What looked at one context keeps doing so under another name; whoever asks for a number
-- (route, route_in, watch, dial) gets the included contexts too.
ALTER FUNCTION sip.called(int, bigint, text) RENAME TO called_there;

-- The user that a number reaches from a context: its own numbers go first, then those of
-- the contexts that it includes, the nearer before the farther, and of equally near ones the
-- one that was made first.  Ten steps at most, so that a circle ends.  Null: no such number.
CREATE FUNCTION sip.called(tenant int, context bigint, dialled text) RETURNS sip.answer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_temp
AS $$
DECLARE
	a sip.answer := sip.called_there(tenant, context, dialled);
	included bigint;
BEGIN
	IF a.verdict IS NOT NULL THEN
		RETURN a;
	END IF;
	FOR included IN
		WITH RECURSIVE reached (id, steps) AS (
			SELECT i.included_id, 1 FROM public.context_include i WHERE (i.tenant_id, i.context_id) = (tenant, context)
			UNION
			SELECT i.included_id, r.steps + 1
			FROM reached r JOIN public.context_include i ON (i.tenant_id, i.context_id) = (tenant, r.id)
			WHERE r.steps < 10
		)
		SELECT r.id FROM reached r WHERE r.id <> context GROUP BY r.id ORDER BY min(r.steps), r.id
	LOOP
		a := sip.called_there(tenant, included, dialled);
		EXIT WHEN a.verdict IS NOT NULL;
	END LOOP;
	RETURN a;
END
$$;
REVOKE ALL ON FUNCTION sip.called(int, bigint, text) FROM PUBLIC;
RESET ROLE;

-- The realm and the servers of the whole installation, as the setup file has them: what it
-- does not mention stays, an empty server is none.  It asks for no right.
CREATE FUNCTION setup_telephony(doc jsonb) RETURNS TABLE (line text)
LANGUAGE sql
AS $$
	WITH wanted AS (
		SELECT coalesce(doc #>> '{telephony,realm}', realm) AS realm,
			CASE WHEN doc -> 'telephony' ? 'voicemail_server'
				THEN nullif(doc #>> '{telephony,voicemail_server}', '') ELSE voicemail_server END AS voicemail_server,
			CASE WHEN doc -> 'telephony' ? 'media_server'
				THEN nullif(doc #>> '{telephony,media_server}', '') ELSE media_server END AS media_server
		FROM telephony
	)
	UPDATE telephony t SET realm = w.realm, voicemail_server = w.voicemail_server, media_server = w.media_server
	FROM wanted w
	WHERE (t.realm, t.voicemail_server, t.media_server) IS DISTINCT FROM (w.realm, w.voicemail_server, w.media_server)
	RETURNING format('changed telephony: realm %s, voicemail server %s, media server %s', t.realm,
		coalesce(t.voicemail_server, 'none'), coalesce(t.media_server, 'none'))
$$;

-- The same by root's proof.
GRANT SELECT, UPDATE ON telephony TO rollcall_signin;
GRANT SELECT ON telephony TO rollcall_web;
GRANT CREATE ON SCHEMA public TO rollcall_signin;
CREATE FUNCTION telephony_set(kind text, proof bytea, wanted bigint, doc jsonb) RETURNS TABLE (line text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM admin_proved(kind, proof, wanted) who WHERE who.root) THEN
		RAISE insufficient_privilege USING MESSAGE = 'telephony is set up by root';
	END IF;
	RETURN QUERY SELECT s.line FROM setup_telephony(doc) s;
END
$$;
ALTER FUNCTION telephony_set(text, bytea, bigint, jsonb) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION telephony_set(text, bytea, bigint, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION telephony_set(text, bytea, bigint, jsonb) TO rollcall_web;
REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
