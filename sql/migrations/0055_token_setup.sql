-- A token sets up administrators with its own rights, not with all of its administrator's:
-- one that may only `setup` would else make an account that may everything.

GRANT CREATE ON SCHEMA public TO rollcall_signin;

-- Whose proof it is (audit_add has the same kinds), with the rights of the proof: those of
-- the administrator, root's are all, and of a token at most its own.  No row for a proof
-- that has ended.
CREATE OR REPLACE FUNCTION admin_proved(kind text, proof bytea, wanted bigint) RETURNS SETOF admin
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	a admin;
	every CONSTANT text[] := ARRAY['users.read', 'users.import', 'users.update', 'users.delete', 'users.export',
		'users.secrets', 'setup'];
	least text[];
BEGIN
	CASE kind
	WHEN 'session' THEN
		SELECT w.* INTO a FROM session s JOIN admin w ON w.id = s.admin_id WHERE s.token_hash = proof;
	WHEN 'token' THEN
		SELECT w.* INTO a FROM token t JOIN admin w ON w.id = t.admin_id
		WHERE t.token_hash = proof AND t.expires_at > now();
		SELECT t.rights INTO least FROM token t WHERE t.token_hash = proof;
	WHEN 'password' THEN
		SELECT w.* INTO a FROM admin w WHERE w.id = wanted AND w.password_proof = proof AND NOT factor_on(w.id);
	ELSE
		RETURN;
	END CASE;
	IF a.id IS NULL OR a.disabled THEN
		RETURN;
	END IF;
	IF a.root THEN
		a.rights := every;
	END IF;
	IF least IS NOT NULL THEN
		a.rights := ARRAY(SELECT unnest(a.rights) INTERSECT SELECT unnest(least));
	END IF;
	RETURN NEXT a;
END
$$;

-- Whether `who`, as admin_proved has it, may set up an administrator of that tenant (null:
-- root) with those rights: nobody gives, or takes over, more than is his own.
CREATE OR REPLACE FUNCTION admin_below(who admin, of_tenant int, of_rights text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
	SELECT 'setup' = ANY (who.rights) AND of_rights <@ who.rights
		AND CASE WHEN NOT who.root THEN who.tenant_id = of_tenant AND of_tenant IS NOT NULL
			WHEN of_tenant IS NULL THEN cardinality(who.rights) = 7
			ELSE true END
$$;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
