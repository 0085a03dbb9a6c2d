-- Administrators, their sessions, and the audit of what they do.
--
-- No table here has a policy for the web role: signing in and looking a session
-- up go through the definer functions of 0004, which give back one answer and
-- never a list.

CREATE TABLE admin (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	username text NOT NULL CHECK (username ~ '^[a-zA-Z0-9._@-]{2,64}$'),
	username_key text GENERATED ALWAYS AS (lower(username)) STORED UNIQUE,
	password_hash text NOT NULL CHECK (password_hash LIKE '$%'),
	tenant_id int REFERENCES tenant,
	root boolean NOT NULL DEFAULT false,
	rights text[] NOT NULL DEFAULT '{}' CHECK (rights <@ ARRAY['users.read', 'users.import',
		'users.update', 'users.delete', 'users.export', 'users.secrets', 'setup']),
	language text CHECK (language ~ '^[a-z]{2}$'),
	disabled boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	CHECK (root = (tenant_id IS NULL))
);
COMMENT ON TABLE admin IS 'root has no tenant and all rights; anybody else has one tenant';

CREATE TABLE session (
	token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
	admin_id bigint NOT NULL REFERENCES admin ON DELETE CASCADE,
	tenant_id int REFERENCES tenant,
	created_at timestamptz NOT NULL DEFAULT now(),
	seen_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN session.token_hash IS 'SHA-256 of the token; the token itself is only in the cookie';
COMMENT ON COLUMN session.tenant_id IS 'the scope that root chose; null for all tenants';
CREATE INDEX session_admin ON session (admin_id);

CREATE TABLE audit (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT now(),
	admin_id bigint,
	admin_name text,
	tenant_id int,
	address text,
	action text NOT NULL,
	detail jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE audit IS 'who did what; never a secret. Rows are only added';

DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['admin', 'session', 'audit'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
		EXECUTE format('CREATE POLICY owner ON %I TO rollcall_owner USING (true)', name);
	END LOOP;
END
$$;
CREATE POLICY signin ON admin TO rollcall_signin USING (true);
CREATE POLICY signin ON session TO rollcall_signin USING (true);
CREATE POLICY signin ON tenant FOR SELECT TO rollcall_signin USING (true);
CREATE POLICY signin ON audit FOR INSERT TO rollcall_signin WITH CHECK (true);
GRANT SELECT, UPDATE (password_hash) ON admin TO rollcall_signin;
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO rollcall_signin;
GRANT SELECT ON tenant TO rollcall_signin;
GRANT INSERT ON audit TO rollcall_signin;
