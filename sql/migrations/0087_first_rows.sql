-- First rows of what many match, at once.
--
-- The audit says how many users an export has: they were counted before its first byte, those of a search that 50,000
-- match for 2.3 s.  What is not counted in a moment is counted as it is sent now, and the entry gets the number at the
-- end.  Members of a label are counted in the index of memberships.  Of a search the page far down the list is sorted at once where
-- walking to it would take longer.

-- --- the audit ----------------------------------------------------------------

DO $$ BEGIN EXECUTE format('GRANT rollcall_signin TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_signin;
GRANT UPDATE (detail) ON audit TO rollcall_signin;
CREATE POLICY counted ON audit FOR UPDATE TO rollcall_signin USING (action = 'user.export' AND NOT detail ? 'users')
	WITH CHECK (action = 'user.export' AND detail ? 'users');
COMMENT ON TABLE audit IS 'who did what; never a secret. Rows are only added, and forgotten after audit_days; that of an export gets the number of its users once';

-- As audit_add, and returns the id of the row; null where none was added.
CREATE FUNCTION audit_open(kind text, proof bytea, admin bigint, name text, tenant int, origin text, action text, detail jsonb)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	a admin;
	entry bigint;
BEGIN
	IF kind IS NOT NULL THEN
		a := audit_actor(kind, proof, admin);
	END IF;
	-- A script that asks for the same again and again is a row an hour.
	IF audit_open.action = 'user.secrets' AND EXISTS (SELECT FROM audit s
			WHERE s.action = 'user.secrets' AND s.admin_id = a.id AND md5(s.detail::text) = md5(audit_open.detail::text)
				AND s.at > now() - interval '1 hour' AND s.address = origin) THEN
		RETURN NULL;
	END IF;
	INSERT INTO audit (admin_id, admin_name, tenant_id, address, action, detail)
	VALUES (a.id, coalesce(a.username, regexp_replace(name, ' \(command line\)$', '') || ' (command line)'),
		CASE WHEN a.id IS NULL OR a.root THEN tenant ELSE a.tenant_id END, origin, action, detail)
	RETURNING id INTO entry;
	RETURN entry;
END
$$;

CREATE OR REPLACE FUNCTION audit_add(kind text, proof bytea, admin bigint, name text, tenant int, origin text, action text, detail jsonb)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT audit_open(kind, proof, admin, name, tenant, origin, action, detail) $$;

-- How many users an export had whose row does not say so yet: no other row is changed (policy counted), and none twice.
CREATE FUNCTION audit_counted(entry bigint, users bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	UPDATE audit SET detail = detail || jsonb_build_object('users', users)
	WHERE id = entry AND action = 'user.export' AND NOT detail ? 'users'
$$;

ALTER FUNCTION audit_open(text, bytea, bigint, text, int, text, text, jsonb) OWNER TO rollcall_signin;
ALTER FUNCTION audit_counted(bigint, bigint) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION audit_open(text, bytea, bigint, text, int, text, text, jsonb), audit_counted(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_open(text, bytea, bigint, text, int, text, text, jsonb), audit_counted(bigint, bigint)
	TO rollcall_web, rollcall_owner;
REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_signin FROM %I', current_user); END $$;

-- --- users --------------------------------------------------------------------

DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_search;

-- How many users have a label or a permission, of a filter that asks for nothing else; else null.
CREATE FUNCTION users_members(filter jsonb) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET jit = off
AS $$
BEGIN
	RETURN CASE ARRAY(SELECT jsonb_object_keys(filter))
		WHEN '{label}' THEN (SELECT count(*) FROM user_label m
			WHERE m.tenant_id = ANY (scope()) AND m.label_id = ANY (ARRAY(
				SELECT l.id FROM label l WHERE l.tenant_id = ANY (scope()) AND l.name = filter ->> 'label')))
		WHEN '{permission}' THEN (SELECT count(*) FROM user_call_permission m
			WHERE m.tenant_id = ANY (scope()) AND m.call_permission_id = ANY (ARRAY(
				SELECT p.id FROM call_permission p WHERE p.tenant_id = ANY (scope()) AND p.name = filter ->> 'permission')))
		END;
END
$$;

-- A page of the users whom a filter lets through, as users_page (sql/views) has it of all.
-- The first row, of place 0 and nobody, says how many there are; `more`: there are
-- more than that, and they were not counted, as who asks did not want it to be `exact`.
--
-- Up to 10,000 are found and sorted.  Of more the page is found by walking along the sorted
-- keys, until enough were let through; where that takes too long, all are sorted.  `wanted` is 0: they are only
-- counted.  It is null: all after the first `skipped`, if they are no more than an eighth of the scope, else nobody.
CREATE OR REPLACE FUNCTION users_narrowed(filter jsonb, sorted text, descending boolean, named boolean,
	wanted bigint, skipped bigint, exact boolean)
RETURNS TABLE (place bigint, tenant_id int, user_id bigint, total bigint, more boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 50
SET work_mem = '64MB' SET jit = off SET enable_hashjoin = on SET enable_mergejoin = on SET enable_seqscan = on
AS $$
DECLARE
	texts text[];
	most bigint := 10000;
	marked boolean;
	chosen text;
	tenants int[];
	ids bigint[];
	onward constant text := CASE WHEN descending THEN 'DESC' ELSE 'ASC' END;
	-- Of a search: one of so many users matches; so many keys are read until there are enough.
	apart float8;
	walked float8 := 0;
BEGIN
	more := false;
	IF filter = '{}' THEN
		total := users_total();
		RETURN QUERY SELECT 0::bigint, NULL::int, NULL::bigint, users_narrowed.total, false;
		RETURN QUERY SELECT p.place, p.tenant_id, p.user_id, NULL::bigint, false
		FROM users_walk(sorted, descending, named, wanted, skipped, total, 'true', '', NULL) p;
		RETURN;
	END IF;
	texts := users_texts(filter);
	-- Of short words there are fewer, as each text is compared with all that may stand beside.
	IF EXISTS (SELECT FROM unnest(search_words(filter ->> 'search', true)) AS word WHERE length(word) = 1) THEN
		most := 1000;
	END IF;
	IF wanted IS NULL THEN
		most := greatest(most, users_total() / 8);
	END IF;
	marked := EXISTS (SELECT FROM user_search_stale t
		WHERE t.tenant_id = ANY (scope()) AND (texts IS NOT NULL OR NOT t.ordered));
	chosen := users_query(filter, texts);
	PERFORM users_query_enter(chosen);
	EXECUTE format('SELECT coalesce(array_agg(c.tenant_id), ''{}''), coalesce(array_agg(c.user_id), ''{}'')
		FROM (SELECT * FROM (%s) c LIMIT %s) c', chosen, most + 1) INTO tenants, ids USING scope();
	total := cardinality(ids);
	IF total > most THEN
		total := users_counted(filter);
		IF total IS NULL AND exact THEN
			total := users_members(filter);
		END IF;
		IF total IS NULL AND exact THEN
			EXECUTE format('SELECT count(*) FROM (%s) c', chosen) INTO total USING scope();
		ELSIF total IS NULL THEN
			total := most;
			more := true;
		END IF;
		IF skipped >= total OR coalesce(wanted, 0) = 0 THEN
			more := more OR wanted IS NULL;
			RETURN QUERY SELECT 0::bigint, NULL::int, NULL::bigint, users_narrowed.total, users_narrowed.more;
			RETURN;
		END IF;
		IF texts IS NOT NULL AND NOT marked THEN
			-- As the first that were found are among their neighbours.
			SELECT greatest(sum(c.n), 1) / cardinality(ids) INTO apart
			FROM (SELECT DISTINCT one.tenant, one.id / 1000 AS thousand FROM unnest(tenants, ids) AS one (tenant, id)) found
			JOIN user_count c ON c.tenant_id = found.tenant AND c.thousand = found.thousand;
			walked := least(skipped + wanted, users_total()) * apart;
		END IF;
		-- To look at a key and its text takes a third of the time of finding and sorting one who matches.
		IF NOT marked AND walked <= 3 * (CASE WHEN more THEN users_total() / coalesce(apart, 1) ELSE total END) THEN
			SELECT array_agg(p.tenant_id ORDER BY p.place), array_agg(p.user_id ORDER BY p.place) INTO tenants, ids
			-- Where they were not counted nobody knows where the list ends.
			FROM users_walk(sorted, descending, named, wanted, skipped, CASE WHEN more THEN 2 * (skipped + wanted) ELSE total END,
				users_conditions(filter, true, true),
				concat_ws(' AND ', nullif(users_conditions(filter, true, false), 'true'),
					CASE WHEN texts IS NOT NULL THEN format('(SELECT %s FROM user_search s
						WHERE s.tenant_id = o.tenant_id AND s.user_id = o.user_id)', texts[2]) END),
				CASE WHEN texts IS NOT NULL THEN 5000 + 2 * walked::bigint END) p;
			IF cardinality(ids) = least(wanted, total - skipped) THEN
				RETURN QUERY SELECT 0::bigint, NULL::int, NULL::bigint, users_narrowed.total, users_narrowed.more;
				RETURN QUERY SELECT p.n, p.t, p.u, users_narrowed.total, users_narrowed.more
				FROM unnest(tenants, ids) WITH ORDINALITY AS p (t, u, n);
				RETURN;
			END IF;
		END IF;
	ELSE
		chosen := 'SELECT * FROM unnest($2, $3) AS c (tenant_id, user_id)';
	END IF;
	-- The keys are looked up, not read as a whole: these are a few of many.
	IF ids IS NOT NULL AND cardinality(ids) = total OR NOT filter ? 'job' THEN
		PERFORM set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);
	END IF;
	RETURN QUERY EXECUTE format('WITH chosen AS MATERIALIZED (%1$s)
		SELECT 0::bigint, NULL::int, NULL::bigint, $4, $5
		UNION ALL
		(SELECT row_number() OVER (ORDER BY key %2$s NULLS LAST, name, user_id), tenant_id, user_id, $4, $5
		FROM (
			SELECT o.tenant_id, o.user_id, %3$s AS key, %4$s AS name
			FROM chosen JOIN %5$s o USING (tenant_id, user_id)
			ORDER BY key %2$s NULLS LAST, name, user_id LIMIT %6$s OFFSET %7$s
		) page)',
		chosen, onward, users_key(sorted), coalesce(users_second_key(sorted, named), 'NULL::text'),
		CASE WHEN marked THEN 'user_order_now' ELSE 'user_order' END, coalesce(wanted::text, 'ALL'), skipped)
	USING scope(), tenants, ids, total, more;
END
$$;

-- How many users a filter lets through, where that takes no look at all of them; `more`: there are more than that.
CREATE FUNCTION users_counted_soon(filter jsonb) RETURNS TABLE (total bigint, more boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	total := coalesce(users_counted(filter), users_members(filter));
	IF total IS NOT NULL THEN
		more := false;
		RETURN NEXT;
	ELSE
		RETURN QUERY SELECT n.total, n.more FROM users_narrowed(filter, 'id', false, false, 0, 0, false) n WHERE n.place = 0;
	END IF;
END
$$;

ALTER FUNCTION users_members(jsonb) OWNER TO rollcall_search;
ALTER FUNCTION users_counted_soon(jsonb) OWNER TO rollcall_search;
REVOKE ALL ON FUNCTION users_members(jsonb), users_counted_soon(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users_counted_soon(jsonb) TO rollcall_web, rollcall_worker, rollcall_owner;
REVOKE CREATE ON SCHEMA public FROM rollcall_search;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
