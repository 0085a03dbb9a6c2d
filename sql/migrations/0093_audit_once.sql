-- A page of a large audit reads the index once: in the middle of 1,000,000 entries, and by name, they were read twice.
--
-- Those before the page are passed over, and those after it are counted; whom a name means is looked up name by name, as
-- actions are.

CREATE INDEX audit_name ON audit (admin_name, tenant_id, id);

DO $$ BEGIN EXECUTE format('GRANT rollcall_signin TO %I', current_user); END $$;

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
	page bigint[];
BEGIN
	SELECT me.every, me.tenant INTO every, tenant FROM session_audit_scope(hash, idle, lifetime) me;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	conditions := concat_ws(' AND ', CASE WHEN every THEN 'true' ELSE format('l.tenant_id = %L::int', tenant) END,
		CASE WHEN who <> '' THEN format('l.admin_name = ANY (%L::text[])', ARRAY(
			WITH RECURSIVE each AS (
				(SELECT a.admin_name FROM audit a ORDER BY a.admin_name LIMIT 1)
				UNION ALL
				SELECT (SELECT a.admin_name FROM audit a WHERE a.admin_name > each.admin_name ORDER BY a.admin_name LIMIT 1)
				FROM each WHERE each.admin_name IS NOT NULL
			)
			SELECT each.admin_name FROM each WHERE strpos(lower(each.admin_name), lower(who)) > 0)) END,
		CASE WHEN what <> '' THEN format('l.action = ANY (%L::text[])', ARRAY(
			SELECT a.action FROM session_audit_actions(hash, idle, lifetime) a
			WHERE a.action = what OR starts_with(a.action, what || '.'))) END,
		'l.at >= ' || quote_literal(first_day::timestamp AT TIME ZONE 'UTC'),
		'l.at < ' || quote_literal((last_day + 1)::timestamp AT TIME ZONE 'UTC'));
	IF rows_most IS NOT NULL THEN
		EXECUTE format('SELECT array_agg(l.id) FROM (SELECT l.id FROM audit l WHERE %s ORDER BY l.id DESC LIMIT $1 OFFSET $2) l',
			conditions) INTO page USING rows_most, rows_before;
		EXECUTE format('SELECT count(*) FROM audit l WHERE %s AND l.id < $1', conditions) INTO n USING page[cardinality(page)];
		n := rows_before + cardinality(page) + n;
		conditions := 'l.id = ANY ($2)';
	END IF;
	RETURN QUERY EXECUTE format('SELECT l.id, l.at, l.admin_name, t.name, l.address, l.action, l.detail, $1
		FROM audit l
		LEFT JOIN tenant t ON t.id = l.tenant_id
		WHERE %s
		ORDER BY l.id DESC', conditions)
	USING n, page;
END
$$;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_signin FROM %I', current_user); END $$;
