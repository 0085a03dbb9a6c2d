-- The page of a large audit: 1,000,000 entries took 1.5 s.
--
-- All entries were read to count them, with what they say, and again for the choice of actions.  Now they are counted
-- in an index, a page is read from the nearer end, and the actions are looked up one after the other.

CREATE INDEX audit_action ON audit (action, tenant_id, id);

DO $$ BEGIN EXECUTE format('GRANT rollcall_signin TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_signin;

-- The entries that a session may see: those of a tenant, or `every`.  No row: none.
CREATE FUNCTION session_audit_scope(hash bytea, idle int, lifetime int) RETURNS TABLE (every boolean, tenant int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT a.root AND s.tenant_id IS NULL, CASE WHEN a.root THEN s.tenant_id ELSE a.tenant_id END
	FROM session s
	JOIN admin a ON a.id = s.admin_id AND NOT a.disabled AND (a.root OR 'setup' = ANY (a.rights))
	WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now()
$$;

CREATE OR REPLACE FUNCTION session_audit_actions(hash bytea, idle int, lifetime int) RETURNS TABLE (action text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $$
	WITH RECURSIVE each AS (
		(SELECT a.action FROM audit a ORDER BY a.action LIMIT 1)
		UNION ALL
		SELECT (SELECT a.action FROM audit a WHERE a.action > each.action ORDER BY a.action LIMIT 1)
		FROM each WHERE each.action IS NOT NULL
	)
	SELECT each.action
	FROM each
	JOIN session_audit_scope(hash, idle, lifetime) me ON me.every
		OR EXISTS (SELECT FROM audit a WHERE a.action = each.action AND a.tenant_id = me.tenant)
	WHERE each.action IS NOT NULL
	ORDER BY each.action
$$;

-- `total` is counted where a page is asked for: who reads all entries (rows_most is null) does not need it.
CREATE OR REPLACE FUNCTION session_audit(hash bytea, idle int, lifetime int, who text, what text, first_day date, last_day date,
	rows_most int, rows_before int)
RETURNS TABLE (id bigint, at timestamptz, admin_name text, tenant_name text, address text, action text, detail jsonb,
	total bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	every boolean;
	tenant int;
	conditions text;
	n bigint;
	back boolean := false;
	most bigint := rows_most;
	before bigint := rows_before;
BEGIN
	SELECT me.every, me.tenant INTO every, tenant FROM session_audit_scope(hash, idle, lifetime) me;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	conditions := concat_ws(' AND ', CASE WHEN every THEN 'true' ELSE format('l.tenant_id = %L::int', tenant) END,
		CASE WHEN who <> '' THEN format('strpos(lower(l.admin_name), lower(%L)) > 0', who) END,
		CASE WHEN what <> '' THEN format('l.action = ANY (%L::text[])', ARRAY(
			SELECT a.action FROM session_audit_actions(hash, idle, lifetime) a
			WHERE a.action = what OR starts_with(a.action, what || '.'))) END,
		'l.at >= ' || quote_literal(first_day::timestamp AT TIME ZONE 'UTC'),
		'l.at < ' || quote_literal((last_day + 1)::timestamp AT TIME ZONE 'UTC'));
	IF rows_most IS NOT NULL THEN
		EXECUTE 'SELECT count(*) FROM audit l WHERE ' || conditions INTO n;
		back := rows_before > n / 2;
		IF back THEN
			most := least(rows_most, n - rows_before);
			before := n - rows_before - most;
		END IF;
		IF most <= 0 THEN
			RETURN;
		END IF;
	END IF;
	RETURN QUERY EXECUTE format('SELECT l.id, l.at, l.admin_name, t.name, l.address, l.action, l.detail, $1
		FROM (SELECT * FROM audit l WHERE %s ORDER BY l.id %s LIMIT $2 OFFSET $3) l
		LEFT JOIN tenant t ON t.id = l.tenant_id
		ORDER BY l.id DESC', conditions, CASE WHEN back THEN 'ASC' ELSE 'DESC' END)
	USING n, most, before;
END
$$;

ALTER FUNCTION session_audit_scope(bytea, int, int) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION session_audit_scope(bytea, int, int) FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_signin FROM %I', current_user); END $$;
