-- Refused requests and answers with secrets are in the audit, and fill it no more than is
-- of use.

GRANT CREATE ON SCHEMA public TO rollcall_signin;

-- Whose proof it is: the SHA-256 of a session's or of a token's secret, or a password's
-- proof with the administrator's id.  An error where it is nobody's.
CREATE FUNCTION audit_actor(kind text, proof bytea, admin bigint) RETURNS admin
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	a admin;
BEGIN
	CASE kind
	WHEN 'session' THEN
		SELECT w.* INTO a FROM session s JOIN admin w ON w.id = s.admin_id WHERE s.token_hash = proof;
	WHEN 'token' THEN
		SELECT w.* INTO a FROM token t JOIN admin w ON w.id = t.admin_id
		WHERE t.token_hash = proof AND t.expires_at > now();
	WHEN 'password' THEN
		SELECT w.* INTO a FROM admin w WHERE w.id = audit_actor.admin AND w.password_proof = proof;
	END CASE;
	IF a.id IS NULL THEN
		RAISE insufficient_privilege USING MESSAGE = 'what was done cannot be written down: the session or token has ended';
	END IF;
	RETURN a;
END
$$;

CREATE OR REPLACE FUNCTION audit_add(kind text, proof bytea, admin bigint, name text, tenant int, origin text, action text, detail jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	a admin;
BEGIN
	IF kind IS NULL THEN
		INSERT INTO audit (admin_name, tenant_id, address, action, detail)
		VALUES (regexp_replace(name, ' \(command line\)$', '') || ' (command line)', tenant, origin, action, detail);
		RETURN;
	END IF;
	a := audit_actor(kind, proof, admin);
	-- A script that asks for the same again and again is a row an hour.
	IF audit_add.action = 'user.secrets' AND EXISTS (SELECT FROM audit s
			WHERE s.action = 'user.secrets' AND s.admin_id = a.id AND md5(s.detail::text) = md5(audit_add.detail::text)
				AND s.at > now() - interval '1 hour' AND s.address = origin) THEN
		RETURN;
	END IF;
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
	VALUES (a.id, a.username, CASE WHEN a.root THEN tenant ELSE a.tenant_id END, origin, action, detail);
END
$$;

-- What is looked at before a row is added.
CREATE INDEX audit_refused ON audit (admin_id, at) WHERE action = 'request.refused';
CREATE INDEX audit_secrets ON audit (admin_id, md5(detail::text), at) WHERE action = 'user.secrets';
CREATE POLICY lately ON audit FOR SELECT TO rollcall_signin USING (action IN ('request.refused', 'user.secrets'));
GRANT SELECT (admin_id, action, address, detail) ON audit TO rollcall_signin;

-- A request that was refused.  Who sends them by the thousand fills nothing: the last row of
-- an hour says that the others are not written.
CREATE FUNCTION audit_refused(kind text, proof bytea, admin bigint, tenant int, origin text, request text, reason text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	most CONSTANT int := 60;
	a admin := audit_actor(kind, proof, admin);
	before int;
BEGIN
	SELECT count(*) INTO before FROM audit r
	WHERE r.action = 'request.refused' AND r.admin_id = a.id AND r.at > now() - interval '1 hour';
	IF before < most THEN
		INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
		VALUES (a.id, a.username, CASE WHEN a.root THEN tenant ELSE a.tenant_id END, origin, 'request.refused',
			jsonb_build_object('request', request, 'reason', reason)
			|| CASE WHEN before = most - 1 THEN '{"further": "not written within this hour"}' ELSE '{}' END::jsonb);
	END IF;
END
$$;

ALTER FUNCTION audit_actor(text, bytea, bigint) OWNER TO rollcall_signin;
ALTER FUNCTION audit_refused(text, bytea, bigint, int, text, text, text) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION audit_actor(text, bytea, bigint), audit_refused(text, bytea, bigint, int, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_refused(text, bytea, bigint, int, text, text, text) TO rollcall_web;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
