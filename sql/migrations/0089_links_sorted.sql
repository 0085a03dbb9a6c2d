-- The check of references (0058) does not keep all of a large file in memory where others drew ids in between; and
-- this look is not planned for the few rows of a small one.

-- After make_link: the check of inserted rows for all references of a table.
CREATE OR REPLACE PROCEDURE make_links_check(child name)
LANGUAGE plpgsql
AS $make$
DECLARE
	-- A parent with references of its own is one that imports write.
	setup name[] := ARRAY(SELECT child_column FROM link l WHERE l.child = make_links_check.child
		AND parent NOT IN (SELECT other.child FROM link other) ORDER BY child_column);
	one link;
	groups text := (SELECT string_agg(DISTINCT quote_ident(name), ', ') FROM unnest(setup || 'tenant_id'::name) AS name);
	keys text;
	around text;
	declared text := '';
	spans text := '';	-- columns of `spread`
	tables text := '';	-- of the setup: what is wanted, what is found
	results text := '';
	targets text := '';
	checks text := '';
BEGIN
	EXECUTE format('GRANT rollcall_links TO %I', current_user);
	GRANT CREATE ON SCHEMA public TO rollcall_links;
	FOR one IN SELECT * FROM link l WHERE l.child = make_links_check.child ORDER BY child_column LOOP
		keys := CASE one.parent WHEN 'tenant' THEN 'p.id = n.ref' ELSE 'p.tenant_id = n.tenant_id AND p.id = n.ref' END;
		around := 'p.tenant_id = n.tenant_id AND p.id BETWEEN n.low AND n.high AND p.xmin = pg_current_xact_id()::xid';
		declared := declared || format(E'\n%I bigint;', one.child_column || '_astray');
		targets := targets || format(', %I', one.child_column || '_astray');
		IF one.child_column = ANY (setup) THEN
			tables := tables || format($table$, %1$I AS MATERIALIZED (
					SELECT DISTINCT tenant_id, %2$I AS ref FROM spread WHERE %2$I IS NOT NULL
				), %3$I AS MATERIALIZED (
					SELECT FROM %1$I n JOIN %4$I p ON %5$s FOR KEY SHARE OF p
				)$table$, one.child_column || '_wanted', one.child_column, one.child_column || '_found', one.parent, keys);
			results := results || format(', (SELECT count(*) FROM %I) - (SELECT count(*) FROM %I)',
				one.child_column || '_wanted', one.child_column || '_found');
		ELSE
			spans := spans || format(', count(%1$I) AS %2$I, min(%1$I) AS %3$I, max(%1$I) AS %4$I', one.child_column,
				one.child_column || '_n', one.child_column || '_low', one.child_column || '_high');
			-- How many references are left to be looked up.
			results := results || format($result$, (SELECT coalesce(sum(n.given), 0) FROM (
					SELECT tenant_id, sum(%1$I) AS given, min(%2$I) AS low, max(%3$I) AS high FROM spread GROUP BY tenant_id) n
				WHERE n.given > 0 AND CASE WHEN n.given > 1000 AND n.high - n.low < n.given
					THEN (SELECT count(*) FROM %4$I p WHERE %5$s) <= n.high - n.low ELSE true END)$result$,
				one.child_column || '_n', one.child_column || '_low', one.child_column || '_high', one.parent, around);
			checks := checks || format($check$
				IF %1$I > 1000 THEN
					-- What EXCEPT hashes is all in memory; what it sorts need not be.
					PERFORM set_config('enable_hashagg', 'off', true);
					IF NOT EXISTS (
						SELECT tenant_id, %2$I FROM new_rows WHERE %2$I IS NOT NULL
						EXCEPT
						SELECT n.tenant_id, p.id FROM (
							SELECT tenant_id, min(%2$I) AS low, max(%2$I) AS high
							FROM new_rows WHERE %2$I IS NOT NULL GROUP BY tenant_id
							HAVING max(%2$I) - min(%2$I) < count(*) * 10) n
						JOIN %3$I p ON %4$s) THEN
						%1$I := 0;
					END IF;
					PERFORM set_config('enable_hashagg', 'on', true);
				END IF;
				IF %1$I > 0 THEN
					SELECT count(*) - count(*) FILTER (WHERE EXISTS (SELECT FROM %3$I p
						WHERE %5$s AND p.xmin = pg_current_xact_id()::xid))
					INTO %1$I
					FROM (SELECT DISTINCT tenant_id, %2$I AS ref FROM new_rows WHERE %2$I IS NOT NULL) n;
					IF %1$I > 0 THEN
						SELECT %1$I - count(*) INTO %1$I FROM (
							SELECT FROM (SELECT DISTINCT tenant_id, %2$I AS ref FROM new_rows
								WHERE %2$I IS NOT NULL) n
							JOIN %3$I p ON %5$s
							WHERE p.xmin <> pg_current_xact_id()::xid
							FOR KEY SHARE OF p) kept;
					END IF;
				END IF;$check$, one.child_column || '_astray', one.child_column, one.parent, around, keys);
		END IF;
		checks := checks || format($check$
			IF %1$I > 0 THEN
				RAISE foreign_key_violation USING
					MESSAGE = '%2$s.%3$s leads to no row of %4$s of its tenant',
					TABLE = '%2$s', COLUMN = '%3$s', CONSTRAINT = '%5$s';
			END IF;$check$, one.child_column || '_astray', child, one.child_column, one.parent,
			child || '_' || one.child_column || '_link');
		EXECUTE format('DROP TRIGGER IF EXISTS %I ON %I', child || '_' || one.child_column || '_inserted', child);
		EXECUTE format('DROP FUNCTION IF EXISTS %I()', child || '_' || one.child_column || '_link');
	END LOOP;
	-- The settings hold the plans to indexes: they are kept for the session, and one made
	-- for one row must do for 100,000, and the other way round.
	EXECUTE format($body$
		CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger
		LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
		SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_hashagg = on
		AS $function$
		DECLARE %2$s
		BEGIN
			WITH spread AS MATERIALIZED (
				SELECT %3$s%4$s FROM new_rows GROUP BY %3$s
			)%5$s
			SELECT %6$s INTO %7$s;
			%8$s
			RETURN NULL;
		END
		$function$ $body$, child || '_links', declared, groups, spans, tables, substr(results, 3), substr(targets, 3), checks);
	EXECUTE format('CREATE OR REPLACE TRIGGER links_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
		FOR EACH STATEMENT EXECUTE FUNCTION %I()', child, child || '_links');
	EXECUTE format('ALTER FUNCTION %I() OWNER TO rollcall_links', child || '_links');
	EXECUTE format('REVOKE ALL ON FUNCTION %I() FROM PUBLIC', child || '_links');
	REVOKE CREATE ON SCHEMA public FROM rollcall_links;
	EXECUTE format('REVOKE rollcall_links FROM %I', current_user);
END
$make$;
REVOKE ALL ON PROCEDURE make_links_check(name) FROM PUBLIC;

DO $$
DECLARE
	one name;
BEGIN
	FOR one IN SELECT DISTINCT child FROM link LOOP
		CALL make_links_check(one);
	END LOOP;
END
$$;
