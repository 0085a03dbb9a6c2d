-- The setup in the browser and in the API: what the web role may write, and its
-- administrators, whom only functions of the sign-in's role read and write.

-- What belongs to a tenant: row level security keeps the web role in its scope.  The
-- secrets of trunks are not for it.
GRANT INSERT, UPDATE, DELETE ON context, context_range, call_permission, label, cti_profile, line_template
	TO rollcall_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON call_permission_rule, emergency_number TO rollcall_web;
GRANT SELECT (tenant_id, id, name, host, port, transport, identify, username, realm, tls_name, context_id, number,
	prefix, strip, address), UPDATE (name), DELETE ON trunk TO rollcall_web;
GRANT EXECUTE ON FUNCTION trunk_elsewhere(text, text, int[]) TO rollcall_web;

-- A session whose root has chosen a tenant does not keep the tenant.
ALTER TABLE session DROP CONSTRAINT session_tenant_id_fkey,
	ADD FOREIGN KEY (tenant_id) REFERENCES tenant ON DELETE SET NULL;

-- The trunks of a setup document, in the scope: those that are missing are made, those that
-- differ changed; the list of a tenant is the whole list, unless the document is a "part" of
-- the setup.  A masked password is left as it is.
GRANT CREATE ON SCHEMA public TO rollcall_phones;
GRANT SELECT, INSERT, UPDATE, DELETE ON trunk TO rollcall_phones;
GRANT SELECT ON context, tenant TO rollcall_phones;
CREATE FUNCTION setup_trunks(doc jsonb) RETURNS TABLE (line text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	WITH mentioned AS (
		SELECT t.id AS tenant_id, t.trunks FROM jsonb_to_recordset(doc -> 'tenants') AS t (id int, trunks jsonb)
		WHERE t.trunks IS NOT NULL
	), wanted AS (
		SELECT m.tenant_id, k.name, address_host(k.address) AS host, address_port(k.address) AS port,
			coalesce(k.transport, 'udp') AS transport, coalesce(k.identify, 'address') AS identify,
			k.username, CASE WHEN k.password = '********' THEN coalesce(old.secret, k.password) ELSE k.password END AS secret,
			k.realm, k.tls_name, c.id AS context_id, k.number, k.prefix, coalesce(k.strip, 0) AS strip
		FROM mentioned m
		CROSS JOIN jsonb_to_recordset(m.trunks) AS k (name text, address text, transport text, identify text, username text,
			password text, realm text, tls_name text, context text, number text, prefix text, strip int)
		LEFT JOIN context c ON c.tenant_id = m.tenant_id AND c.name = k.context
		LEFT JOIN trunk old ON old.tenant_id = m.tenant_id AND old.name = k.name
		WHERE m.tenant_id = ANY (scope())
	), removed AS (
		DELETE FROM trunk r USING mentioned m
		WHERE NOT doc ? 'part' AND r.tenant_id = m.tenant_id
			AND r.name NOT IN (SELECT w.name FROM wanted w WHERE w.tenant_id = m.tenant_id)
		RETURNING r.tenant_id, r.name
	), made AS (
		INSERT INTO trunk AS r (tenant_id, name, host, port, transport, identify, username, secret, realm, tls_name,
			context_id, number, prefix, strip)
		SELECT * FROM wanted
		ON CONFLICT (tenant_id, name) DO UPDATE SET (host, port, transport, identify, username, secret, realm, tls_name,
			context_id, number, prefix, strip) = (excluded.host, excluded.port, excluded.transport, excluded.identify,
			excluded.username, excluded.secret, excluded.realm, excluded.tls_name, excluded.context_id, excluded.number,
			excluded.prefix, excluded.strip)
		WHERE (r.host, r.port, r.transport, r.identify, r.username, r.secret, r.realm, r.tls_name, r.context_id, r.number,
			r.prefix, r.strip) IS DISTINCT FROM (excluded.host, excluded.port, excluded.transport, excluded.identify,
			excluded.username, excluded.secret, excluded.realm, excluded.tls_name, excluded.context_id, excluded.number,
			excluded.prefix, excluded.strip)
		RETURNING tenant_id, name
	)
	SELECT format('%s trunk "%s" of tenant "%s"', d.verb, d.name, t.name)
	FROM (SELECT 'set' AS verb, * FROM made UNION ALL SELECT 'removed', * FROM removed) d
	JOIN tenant t ON t.id = d.tenant_id
	ORDER BY d.tenant_id, d.name;
$$;
ALTER FUNCTION setup_trunks(jsonb) OWNER TO rollcall_phones;
REVOKE ALL ON FUNCTION setup_trunks(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION setup_trunks(jsonb) TO rollcall_web, rollcall_owner;
REVOKE CREATE ON SCHEMA public FROM rollcall_phones;

-- For the setup file, whose reader is the owner.
CREATE FUNCTION trunk_secret(of_tenant int, of_id bigint) RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT secret FROM trunk WHERE (tenant_id, id) = (of_tenant, of_id) $$;

GRANT CREATE ON SCHEMA public TO rollcall_signin;
CREATE POLICY setup ON tenant TO rollcall_signin USING (true);
GRANT INSERT, UPDATE (name), DELETE ON tenant TO rollcall_signin;
GRANT INSERT, DELETE ON admin TO rollcall_signin;
GRANT UPDATE (rights, disabled, password_setting, password_proof, password_due) ON admin TO rollcall_signin;

-- Makes and changes administrators, as a setup file has them: `doc` has the list "admins"
-- (username, tenant_id, null: root, language, password_hash, rights, disabled).  A key that
-- is left out is left as it is; language '' is none.  A new password, and disabling, end the
-- administrator's sessions.  Gives a line for each that was touched.  It asks for no right.
CREATE FUNCTION setup_admins(doc jsonb, actor bigint, actor_name text, origin text) RETURNS TABLE (line text)
LANGUAGE sql
AS $$
	WITH wanted AS (
		SELECT w.username, lower(w.username) AS username_key, w.tenant_id, nullif(w.language, '') AS language,
			w.language IS NOT NULL AS has_language, w.password_hash, w.disabled,
			coalesce((SELECT array_agg(r) FROM jsonb_array_elements_text(w.rights) AS r), '{}') AS rights,
			w.rights IS NOT NULL AS has_rights
		FROM jsonb_to_recordset(doc -> 'admins')
			AS w (username text, tenant_id int, language text, password_hash text, rights jsonb, disabled boolean)
	), made AS (
		INSERT INTO admin (username, password_setting, password_proof, tenant_id, root, rights, language, disabled)
		SELECT w.username, password_setting(w.password_hash), password_proof(w.password_hash), w.tenant_id,
			w.tenant_id IS NULL, w.rights, w.language, coalesce(w.disabled, false)
		FROM wanted w
		WHERE NOT EXISTS (SELECT FROM admin a WHERE a.username_key = w.username_key)
		RETURNING username, tenant_id
	), differs AS (
		SELECT a.id, w.*,
			w.has_rights AND NOT (w.rights <@ a.rights AND w.rights @> a.rights) AS new_rights,
			w.has_language AND w.language IS DISTINCT FROM a.language AS new_language,
			w.password_hash IS NOT NULL AS new_password,
			w.disabled IS NOT NULL AND w.disabled <> a.disabled AS new_state
		FROM wanted w JOIN admin a ON a.username_key = w.username_key
	), changed AS (
		UPDATE admin a SET
			rights = CASE WHEN d.new_rights THEN d.rights ELSE a.rights END,
			language = CASE WHEN d.new_language THEN d.language ELSE a.language END,
			password_setting = coalesce(password_setting(d.password_hash), a.password_setting),
			password_proof = coalesce(password_proof(d.password_hash), a.password_proof),
			password_due = a.password_due AND NOT d.new_password,
			disabled = coalesce(d.disabled, a.disabled)
		FROM differs d
		WHERE a.id = d.id AND (d.new_rights OR d.new_language OR d.new_password OR d.new_state)
		RETURNING a.id, a.username, a.tenant_id, concat_ws(', ',
			CASE WHEN d.new_rights THEN 'rights' END, CASE WHEN d.new_language THEN 'language' END,
			CASE WHEN d.new_password THEN 'password' END, CASE WHEN d.new_state THEN 'state' END) AS what,
			d.new_password OR (d.new_state AND d.disabled) AS ends
	), ended AS (
		DELETE FROM session WHERE admin_id IN (SELECT id FROM changed WHERE ends)
	), noted AS (
		INSERT INTO audit (action, admin_id, admin_name, tenant_id, address, detail)
		SELECT 'admin.add', actor, actor_name, tenant_id, origin, jsonb_build_object('username', username) FROM made
		UNION ALL
		SELECT 'admin.change', actor, actor_name, tenant_id, origin,
			jsonb_build_object('username', username, 'changed', what)
		FROM changed
	)
	SELECT CASE WHEN d.what IS NULL THEN 'made administrator ' || d.username
		ELSE format('changed %s of administrator %s', d.what, d.username) END
		|| CASE WHEN d.tenant_id IS NULL THEN ' (root)' ELSE format(' of tenant "%s"', t.name) END
	FROM (SELECT username, tenant_id, NULL AS what FROM made
		UNION ALL SELECT username, tenant_id, what FROM changed) d
	LEFT JOIN tenant t ON t.id = d.tenant_id
	ORDER BY d.tenant_id NULLS FIRST, d.username;
$$;

-- Whose proof it is (audit_add has the same kinds): no row for a proof that has ended.
CREATE FUNCTION admin_proved(kind text, proof bytea, wanted bigint) RETURNS SETOF admin
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT a.* FROM admin a
	WHERE NOT a.disabled AND CASE kind
		WHEN 'session' THEN EXISTS (SELECT FROM session s WHERE s.token_hash = proof AND s.admin_id = a.id)
		WHEN 'token' THEN EXISTS (SELECT FROM token t WHERE t.token_hash = proof AND t.admin_id = a.id AND t.expires_at > now())
		WHEN 'password' THEN a.id = wanted AND a.password_proof = proof
		ELSE false END
$$;

-- Whether `who` may set up an administrator of that tenant (null: root) with those rights:
-- nobody gives, or takes over, more than is his own.
CREATE FUNCTION admin_below(who admin, of_tenant int, of_rights text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
	SELECT who.root OR ('setup' = ANY (who.rights) AND who.tenant_id IS NOT DISTINCT FROM of_tenant
		AND of_tenant IS NOT NULL AND of_rights <@ who.rights)
$$;

-- The administrators that the one of the proof may see: those of his tenant; root all.
CREATE FUNCTION admin_objects(kind text, proof bytea, wanted bigint)
RETURNS TABLE (tenant_id int, id bigint, name text, object jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT a.tenant_id, a.id, a.username, jsonb_strip_nulls(jsonb_build_object('username', a.username,
		'language', a.language, 'rights', CASE WHEN NOT a.root THEN a.rights END, 'disabled', a.disabled))
	FROM admin_proved(kind, proof, wanted) who
	JOIN admin a ON who.root OR ('setup' = ANY (who.rights) AND a.tenant_id = who.tenant_id)
$$;

-- setup_admins by the one of the proof, with his rights.  "new" in `doc`: the names must be
-- free.
CREATE FUNCTION admin_set(kind text, proof bytea, wanted bigint, origin text, doc jsonb) RETURNS TABLE (line text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	who admin;
BEGIN
	SELECT * INTO who FROM admin_proved(kind, proof, wanted);
	IF who.id IS NULL OR EXISTS (
		SELECT FROM jsonb_to_recordset(doc -> 'admins') AS w (username text, tenant_id int, rights jsonb, disabled boolean)
		LEFT JOIN admin a ON a.username_key = lower(w.username)
		WHERE NOT admin_below(who, w.tenant_id,
				ARRAY(SELECT jsonb_array_elements_text(coalesce(w.rights, '[]'))))
			OR (a.id IS NOT NULL AND NOT (doc ? 'new') AND (NOT admin_below(who, a.tenant_id, a.rights)
				OR a.tenant_id IS DISTINCT FROM w.tenant_id OR (a.id = who.id AND w.disabled)))
	) THEN
		RAISE insufficient_privilege USING MESSAGE = 'this administrator is not to be set up by who asks';
	END IF;
	IF doc ? 'new' AND EXISTS (SELECT FROM jsonb_array_elements(doc -> 'admins') w
			JOIN admin a ON a.username_key = lower(w ->> 'username')) THEN
		RAISE unique_violation USING MESSAGE = 'there is such an administrator';
	END IF;
	RETURN QUERY SELECT s.line FROM setup_admins(doc, who.id, who.username, origin) s;
	-- A password that somebody else has set is to be changed at the next sign-in.
	UPDATE admin a SET password_due = true
	FROM jsonb_to_recordset(doc -> 'admins') AS w (username text, password_hash text)
	WHERE a.username_key = lower(w.username) AND w.password_hash IS NOT NULL AND a.id <> who.id AND NOT doc ? 'new';
END
$$;

-- Deletes an administrator, by the one of the proof: never himself, so that a root stays.
CREATE FUNCTION admin_drop(kind text, proof bytea, wanted bigint, origin text, gone bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	who admin;
	a admin;
BEGIN
	SELECT * INTO who FROM admin_proved(kind, proof, wanted);
	SELECT * INTO a FROM admin WHERE id = gone;
	IF who.id IS NULL OR a.id IS NULL OR a.id = who.id OR NOT admin_below(who, a.tenant_id, a.rights) THEN
		RAISE insufficient_privilege USING MESSAGE = 'this administrator is not to be deleted by who asks';
	END IF;
	DELETE FROM admin WHERE id = gone;
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
	VALUES (who.id, who.username, a.tenant_id, origin, 'admin.delete', jsonb_build_object('username', a.username));
	RETURN a.username;
END
$$;

-- Makes a tenant (`of_id` null) or renames it, by root's proof: its number.
CREATE FUNCTION tenant_set(kind text, proof bytea, wanted bigint, of_id int, new_name text, new_uuid uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM admin_proved(kind, proof, wanted) who WHERE who.root) THEN
		RAISE insufficient_privilege USING MESSAGE = 'tenants are set up by root';
	END IF;
	IF of_id IS NULL THEN
		of_id := (SELECT coalesce(max(t.id), 0) + 1 FROM tenant t);
		INSERT INTO tenant (id, name, uuid) VALUES (of_id, new_name, coalesce(new_uuid, gen_random_uuid()));
	ELSE
		UPDATE tenant SET name = new_name WHERE id = of_id AND name <> new_name;
	END IF;
	RETURN of_id;
END
$$;

-- Deletes a tenant in which nothing is, by root's proof.
CREATE FUNCTION tenant_drop(kind text, proof bytea, wanted bigint, gone int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM admin_proved(kind, proof, wanted) who WHERE who.root) THEN
		RAISE insufficient_privilege USING MESSAGE = 'tenants are set up by root';
	END IF;
	DELETE FROM tenant WHERE id = gone;
END
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['tenant_set(text, bytea, bigint, int, text, uuid)',
	    'tenant_drop(text, bytea, bigint, int)', 'admin_proved(text, bytea, bigint)', 'admin_objects(text, bytea, bigint)',
	    'admin_set(text, bytea, bigint, text, jsonb)', 'admin_drop(text, bytea, bigint, text, bigint)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_signin', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
		IF one <> 'admin_proved(text, bytea, bigint)'::regprocedure THEN
			EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rollcall_web', one);
		END IF;
	END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
