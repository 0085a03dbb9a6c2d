-- Phonebooks: what phones load of a tenant's users, each by a link of its own that carries a token.

CREATE TABLE phonebook (
	tenant_id int NOT NULL REFERENCES tenant ON DELETE CASCADE,
	id bigint GENERATED ALWAYS AS IDENTITY,
	name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
	token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	mobile boolean NOT NULL,
	plain boolean NOT NULL,
	admin_name text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	used_on date,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, name)
);
COMMENT ON COLUMN phonebook.token_hash IS 'SHA-256 of the token in the link; the token itself is only in the phones';
COMMENT ON COLUMN phonebook.mobile IS 'mobile numbers are in it too';
COMMENT ON COLUMN phonebook.plain IS 'loaded without TLS too, by phones that have none';
COMMENT ON COLUMN phonebook.used_on IS 'the last day that it was loaded';

ALTER TABLE phonebook ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON phonebook TO rollcall_web USING (tenant_id = ANY ((SELECT scope())::int[]));
GRANT SELECT (tenant_id, id, name, mobile, plain, admin_name, created_at, used_on), DELETE ON phonebook TO rollcall_web;
GRANT INSERT (tenant_id, name, token_hash, mobile, plain, admin_name) ON phonebook TO rollcall_web;

-- Who holds a link's token is nobody yet: one role finds the phonebook, and its tenant.
CREATE POLICY links ON phonebook TO rollcall_signin USING (true);
GRANT SELECT, UPDATE (used_on) ON phonebook TO rollcall_signin;

GRANT CREATE ON SCHEMA public TO rollcall_signin;
-- The phonebook of a token, which counts as loaded today; no row for none.
CREATE FUNCTION phonebook_find(hash bytea) RETURNS TABLE (tenant_id int, name text, mobile boolean, plain boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	UPDATE phonebook p SET used_on = current_date
	WHERE p.token_hash = hash AND p.used_on IS DISTINCT FROM current_date;
	RETURN QUERY SELECT p.tenant_id, p.name, p.mobile, p.plain FROM phonebook p WHERE p.token_hash = hash;
END
$$;
ALTER FUNCTION phonebook_find(bytea) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION phonebook_find(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION phonebook_find(bytea) TO rollcall_web;
REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
