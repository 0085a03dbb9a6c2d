-- References that are checked once a statement.
--
-- A declared foreign key is checked row by row: ten checks for each imported user took
-- 45 % of an import.  The tables that imports write check their references once a
-- statement instead, by triggers with the statement's rows as a table.  The promise is
-- that of a declared key, for each role and each statement:
--
--   insert    each reference leads to a row of the same tenant, which stays locked
--             (FOR KEY SHARE) until the transaction ends, or the statement fails (23503)
--   update    the same, where the reference changed
--   delete    of a row that others refer to: fails, or takes them along, or clears
--             their reference, as the link says
--   key       a key that others refer to does not change, and no such table is truncated
--
-- The functions belong to a role that reads and locks these tables in all tenants and
-- that nobody can become: so a check does not depend on what its caller may see.  They
-- read what was committed until now, which needs READ COMMITTED: the delete side
-- refuses other isolation levels, in which it could miss a newer row.
--
-- Declared keys stay where a few rows are written: tables of the setup, of jobs, of
-- sign-in.

DO $$
BEGIN
	CREATE ROLE rollcall_links NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
	NULL;
END
$$;
GRANT USAGE ON SCHEMA public TO rollcall_links;

CREATE TABLE link (
	child name NOT NULL,
	child_column name NOT NULL,
	parent name NOT NULL,
	on_delete text NOT NULL CHECK (on_delete IN ('refuse', 'cascade', 'clear')),
	PRIMARY KEY (child, child_column)
);
COMMENT ON TABLE link IS 'The references that triggers check once a statement; made by make_link';

-- Makes (child.tenant_id, child_column) refer to (parent.tenant_id, parent.id), or where
-- the parent is tenant itself child_column to tenant.id, in place of the declared key.
-- `on_delete` is what becomes of the child: refuse (the delete fails), cascade (it is
-- deleted), clear (the columns of `cleared` become null).
CREATE PROCEDURE make_link(child name, child_column name, parent name, on_delete text,
	cleared name[] DEFAULT '{}')
LANGUAGE plpgsql
AS $make$
DECLARE
	link_name text := child || '_' || child_column;
	keys text := CASE parent WHEN 'tenant' THEN 'p.id = n.ref'
		ELSE 'p.tenant_id = n.tenant_id AND p.id = n.ref' END;
	-- A child's rows of the deleted parents.
	owned text := CASE parent WHEN 'tenant' THEN format('c.%I = o.id', child_column)
		ELSE format('c.tenant_id = o.tenant_id AND c.%I = o.id', child_column) END;
	declared name;
	ending text;
BEGIN
	-- Only who belongs to a role that may create can hand a function over to it.  The
	-- membership ends below: it would show its member all tenants.
	EXECUTE format('GRANT rollcall_links TO %I', current_user);
	GRANT CREATE ON SCHEMA public TO rollcall_links;

	FOR declared IN SELECT conname FROM pg_constraint
		WHERE contype = 'f' AND conrelid = child::regclass AND confrelid = parent::regclass
			AND (SELECT attnum FROM pg_attribute WHERE attrelid = child::regclass
				AND attname = child_column) = conkey[array_length(conkey, 1)] LOOP
		EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', child, declared);
	END LOOP;
	INSERT INTO link VALUES (child, child_column, parent, on_delete);

	-- Of all rows at once.  Rows that this transaction made are seen by nobody else, so
	-- they need no lock.  The settings hold the plan to an index: it is kept for the
	-- session, and a plan made for one row must do for 100,000, and the other way round.
	EXECUTE format($body$
		CREATE FUNCTION %1$I() RETURNS trigger
		LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
		SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
		AS $function$
		DECLARE
			wanted bigint;
			own bigint;
			locked bigint;
		BEGIN
			SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT FROM %4$I p
				WHERE %5$s AND p.xmin = pg_current_xact_id()::xid))
			INTO wanted, own
			FROM (SELECT DISTINCT tenant_id, %3$I AS ref FROM new_rows WHERE %3$I IS NOT NULL) n;
			IF wanted > own THEN
				SELECT count(*) INTO locked FROM (
					SELECT FROM (SELECT DISTINCT tenant_id, %3$I AS ref FROM new_rows
						WHERE %3$I IS NOT NULL) n
					JOIN %4$I p ON %5$s
					WHERE p.xmin <> pg_current_xact_id()::xid
					FOR KEY SHARE OF p) kept;
			END IF;
			IF wanted > own + coalesce(locked, 0) THEN
				RAISE foreign_key_violation USING
					MESSAGE = '%2$s.%3$s leads to no row of %4$s of its tenant',
					TABLE = '%2$s', COLUMN = '%3$s', CONSTRAINT = '%1$s';
			END IF;
			RETURN NULL;
		END
		$function$ $body$, link_name || '_link', child, child_column, parent, keys);
	EXECUTE format('CREATE TRIGGER %1$I AFTER INSERT ON %2$I REFERENCING NEW TABLE AS new_rows
		FOR EACH STATEMENT EXECUTE FUNCTION %3$I()', link_name || '_inserted', child, link_name || '_link');

	-- Row by row, since most updates leave the reference as it is.
	EXECUTE format($body$
		CREATE FUNCTION %1$I() RETURNS trigger
		LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
		AS $function$
		BEGIN
			PERFORM FROM %4$I p, (SELECT NEW.tenant_id, NEW.%3$I AS ref) n WHERE %5$s FOR KEY SHARE OF p;
			IF NOT FOUND THEN
				RAISE foreign_key_violation USING
					MESSAGE = '%2$s.%3$s leads to no row of %4$s of its tenant',
					TABLE = '%2$s', COLUMN = '%3$s', CONSTRAINT = '%1$s';
			END IF;
			RETURN NULL;
		END
		$function$ $body$, link_name || '_relink', child, child_column, parent, keys);
	EXECUTE format('CREATE TRIGGER %1$I AFTER UPDATE ON %2$I FOR EACH ROW
		WHEN (NEW.%3$I IS NOT NULL AND (NEW.tenant_id, NEW.%3$I) IS DISTINCT FROM (OLD.tenant_id, OLD.%3$I))
		EXECUTE FUNCTION %4$I()', link_name || '_updated', child, child_column, link_name || '_relink');

	ending := CASE on_delete
		WHEN 'cascade' THEN format('DELETE FROM %I c USING old_rows o WHERE %s;', child, owned)
		WHEN 'clear' THEN format('UPDATE %I c SET %s FROM old_rows o WHERE %s;', child,
			(SELECT string_agg(format('%I = NULL', one), ', ') FROM unnest(cleared) AS one), owned)
		ELSE format($refuse$IF EXISTS (SELECT FROM old_rows o JOIN %I c ON %s) THEN
				RAISE foreign_key_violation USING
					MESSAGE = 'a row of %s is still in use by %s.%s',
					TABLE = '%s', COLUMN = '%s', CONSTRAINT = '%s';
			END IF;$refuse$, child, owned, parent, child, child_column, child, child_column, link_name || '_unlink')
	END;
	EXECUTE format($body$
		CREATE FUNCTION %1$I() RETURNS trigger
		LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
		SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
		AS $function$
		BEGIN
			IF current_setting('transaction_isolation') <> 'read committed' THEN
				RAISE feature_not_supported USING MESSAGE = '%2$s rows are deleted in READ COMMITTED only';
			END IF;
			%3$s
			RETURN NULL;
		END
		$function$ $body$, link_name || '_unlink', parent, ending);
	EXECUTE format('CREATE TRIGGER %1$I AFTER DELETE ON %2$I REFERENCING OLD TABLE AS old_rows
		FOR EACH STATEMENT EXECUTE FUNCTION %3$I()', link_name || '_deleted', parent, link_name || '_unlink');

	EXECUTE format('ALTER FUNCTION %I() OWNER TO rollcall_links', link_name || '_link');
	EXECUTE format('ALTER FUNCTION %I() OWNER TO rollcall_links', link_name || '_relink');
	EXECUTE format('ALTER FUNCTION %I() OWNER TO rollcall_links', link_name || '_unlink');
	EXECUTE format('REVOKE ALL ON FUNCTION %I(), %I(), %I() FROM PUBLIC',
		link_name || '_link', link_name || '_relink', link_name || '_unlink');

	REVOKE CREATE ON SCHEMA public FROM rollcall_links;
	EXECUTE format('REVOKE rollcall_links FROM %I', current_user);
END
$make$;
REVOKE ALL ON PROCEDURE make_link(name, name, name, text, name[]) FROM PUBLIC;

CALL make_link('voicemail', 'context_id', 'context', 'refuse');
CALL make_link('users', 'tenant_id', 'tenant', 'refuse');
CALL make_link('users', 'cti_profile_id', 'cti_profile', 'refuse');
CALL make_link('users', 'voicemail_id', 'voicemail', 'refuse');
CALL make_link('line', 'user_id', 'users', 'cascade');
CALL make_link('line', 'context_id', 'context', 'refuse');
CALL make_link('line', 'line_template_id', 'line_template', 'refuse');
CALL make_link('extension', 'context_id', 'context', 'refuse');
CALL make_link('extension', 'line_id', 'line', 'cascade');
CALL make_link('incall', 'context_id', 'context', 'refuse');
CALL make_link('incall', 'user_id', 'users', 'clear', '{user_id,ring_seconds}');
CALL make_link('user_call_permission', 'user_id', 'users', 'cascade');
CALL make_link('user_call_permission', 'call_permission_id', 'call_permission', 'refuse');
CALL make_link('user_label', 'user_id', 'users', 'cascade');
CALL make_link('user_label', 'label_id', 'label', 'refuse');

-- The key of a parent stays, and its table is not emptied in one go.  What the role of
-- the links may: read and lock keys in all tenants, and what the links do to children.
CREATE FUNCTION link_key_kept() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
	RAISE foreign_key_violation USING
		MESSAGE = format('the key of %s does not change, and the table is not truncated: others refer to it', TG_TABLE_NAME),
		TABLE = TG_TABLE_NAME;
END
$$;

DO $$
DECLARE
	relation name;
	column_name name;
BEGIN
	FOR relation IN SELECT parent FROM link UNION SELECT child FROM link LOOP
		EXECUTE format('CREATE POLICY links ON %I TO rollcall_links USING (true) WITH CHECK (true)', relation);
	END LOOP;
	FOR relation IN SELECT DISTINCT parent FROM link LOOP
		EXECUTE format('CREATE TRIGGER key_kept AFTER UPDATE ON %I FOR EACH ROW
			WHEN (%s) EXECUTE FUNCTION link_key_kept()', relation, CASE relation
			WHEN 'tenant' THEN 'NEW.id <> OLD.id'
			ELSE '(NEW.tenant_id, NEW.id) IS DISTINCT FROM (OLD.tenant_id, OLD.id)' END);
		EXECUTE format('CREATE TRIGGER not_truncated BEFORE TRUNCATE ON %I
			EXECUTE FUNCTION link_key_kept()', relation);
		EXECUTE format('GRANT SELECT (%s), UPDATE (id) ON %I TO rollcall_links',
			CASE relation WHEN 'tenant' THEN 'id, xmin' ELSE 'tenant_id, id, xmin' END, relation);
	END LOOP;
	FOR relation, column_name IN SELECT child, child_column FROM link LOOP
		EXECUTE format('GRANT SELECT (tenant_id, %I) ON %I TO rollcall_links', column_name, relation);
	END LOOP;
	FOR relation IN SELECT DISTINCT child FROM link WHERE on_delete = 'cascade' LOOP
		EXECUTE format('GRANT DELETE ON %I TO rollcall_links', relation);
	END LOOP;
END
$$;
GRANT UPDATE (user_id, ring_seconds) ON incall TO rollcall_links;
