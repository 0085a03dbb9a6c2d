-- What an update changes in the users' own columns is kept by the thousand: one stored row with three
-- arrays, in place of a row and two index entries for each user.  That takes a third of the time.
--
-- Secrets, what is made or deleted, and all other tables keep a row each (job_row_change), and so
-- do jobs from before; sql/views/changes.sql has one view of both.
CREATE TABLE job_change_block (
	job_id int NOT NULL,
	n bigint NOT NULL,
	tenant_id int NOT NULL,
	thousand bigint NOT NULL,
	size int NOT NULL,
	ids bigint[] NOT NULL,
	old hstore[] NOT NULL,
	new hstore[] NOT NULL,
	PRIMARY KEY (job_id, n)
);
COMMENT ON TABLE job_change_block IS 'What one statement of a job changed in users without secrets, of a thousand ids';
COMMENT ON COLUMN job_change_block.n IS 'counts with that of job_row_change';
COMMENT ON COLUMN job_change_block.thousand IS 'of the ids, by which the history of a user finds it';
COMMENT ON COLUMN job_change_block.old IS 'the columns that changed, as they were, in the order of the ids';
ALTER TABLE job_change_block ALTER ids SET COMPRESSION lz4, ALTER old SET COMPRESSION lz4, ALTER new SET COMPRESSION lz4;
CREATE INDEX job_change_block_users ON job_change_block (tenant_id, thousand);

ALTER TABLE job_change_block ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON job_change_block TO rollcall_worker USING (true);
GRANT SELECT, DELETE ON job_change_block TO rollcall_worker;
CREATE POLICY keeper ON job_change_block TO rollcall_links USING (true);
GRANT INSERT ON job_change_block TO rollcall_links;
CREATE POLICY scope ON job_change_block FOR SELECT TO rollcall_web USING (tenant_id = ANY ((SELECT scope())::int[]));
GRANT SELECT ON job_change_block TO rollcall_web;
CREATE POLICY signin_reads ON job_change_block FOR SELECT TO rollcall_signin USING (true);
CREATE POLICY signin_history ON job_change_block FOR DELETE TO rollcall_signin USING (true);
GRANT SELECT (job_id), DELETE ON job_change_block TO rollcall_signin;

DO $$
BEGIN
	EXECUTE format('GRANT rollcall_links TO %I', current_user);
END
$$;

-- TG_ARGV: the column of the row's id; of a membership that of its item, else ''; that of
-- the user, or 'line' where it is the user of its line, or ''.  What follows from other
-- columns (email_key, line.account) is no change, and is not kept.
CREATE OR REPLACE FUNCTION keep_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_nestloop = off SET enable_mergejoin = off SET enable_hashjoin = on SET enable_seqscan = on
AS $$
DECLARE
	job int := job_id();
	columns text[] := ARRAY(SELECT attname::text FROM pg_attribute
		WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
			AND (TG_OP <> 'UPDATE' OR attname <> 'account') ORDER BY attnum);
	secrets text[] := ARRAY(SELECT name FROM unnest(columns) AS name WHERE name = ANY (secret_columns()));
	-- What stands before a column that a row has before or after.
	side text := CASE TG_OP WHEN 'DELETE' THEN 'o' ELSE 'n' END;
	number text := CASE WHEN 'exten' = ANY (columns) THEN 'exten' WHEN 'number' = ANY (columns) THEN 'number' END;
	rows text := CASE TG_OP WHEN 'INSERT' THEN 'new_rows n' WHEN 'DELETE' THEN 'old_rows o'
		ELSE 'old_rows o JOIN new_rows n ON n.tenant_id = o.tenant_id AND n.id = o.id' END;
	holder text := CASE TG_ARGV[2] WHEN '' THEN 'NULL' WHEN 'line' THEN 'coalesce(line.user_id, gone.user_id)'
		ELSE format(CASE TG_OP WHEN 'UPDATE' THEN 'coalesce(o.%1$I, n.%1$I)' ELSE side || '.%1$I' END, TG_ARGV[2]) END;
	changing text[] := CASE WHEN TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'users'
		THEN nullif(current_setting('rollcall.changing', true), '')::text[] END;
	mask text;
	secret text;
	differ text;
	-- Of one column there is nothing to take away from what is alike.
	alone boolean;
	cell text;
BEGIN
	IF job IS NULL OR current_setting('rollcall.rehearsal', true) = 'on' THEN
		RETURN NULL;
	END IF;
	IF changing IS NOT NULL THEN
		columns := ARRAY(SELECT name FROM unnest(columns) WITH ORDINALITY AS c (name, place)
			WHERE name = ANY (changing) ORDER BY place);
	END IF;
	IF TG_OP = 'UPDATE' AND cardinality(columns) > 4 THEN
		EXECUTE format('SELECT array_remove(ARRAY[%s], NULL) FROM %s WHERE o IS DISTINCT FROM n',
			(SELECT string_agg(format('CASE WHEN bool_or(o.%1$I IS DISTINCT FROM n.%1$I) THEN %1$L END', name), ', ' ORDER BY place)
				FROM unnest(columns) WITH ORDINALITY AS c (name, place)), rows) INTO columns;
	END IF;
	IF columns = '{}' THEN
		RETURN NULL;
	END IF;
	secrets := ARRAY(SELECT unnest(secrets) INTERSECT SELECT unnest(columns));
	alone := TG_OP = 'UPDATE' AND cardinality(columns) = 1;
	-- As hstore(record) writes a boolean too.
	cell := (SELECT format(CASE atttypid WHEN 'boolean'::regtype THEN 'hstore(%1$L, left(%%1$s.%1$I::text, 1))'
			ELSE 'hstore(%1$L, %%1$s.%1$I::text)' END, columns[1])
		FROM pg_attribute WHERE alone AND attrelid = TG_RELID AND attname = columns[1]);
	mask := coalesce((SELECT string_agg(format(' || CASE WHEN %%1$s -> %1$L IS NULL THEN '''' ELSE ''"%1$s"=>"********"''::hstore END',
		name), '') FROM unnest(secrets) AS name), '');
	secret := coalesce((SELECT string_agg(format('%%1$s -> %L IS NOT NULL', name), ' OR ') FROM unnest(secrets) AS name), 'false');
	differ := format($differ$
		SELECT tenant_id, id, item_id, user_id, name, %1$s
		FROM (
			SELECT %2$s.tenant_id, %2$s.%3$I AS id, %4$s AS item_id, %5$s::bigint AS user_id, %6$s AS name,
				%7$s AS old, %8$s AS new
			FROM %9$s
			OFFSET 0
		) whole
		%10$s $differ$,
		CASE WHEN TG_OP = 'UPDATE' AND NOT alone THEN 'old - new AS was, new - old AS becomes' ELSE 'old AS was, new AS becomes' END,
		side, TG_ARGV[0], CASE TG_ARGV[1] WHEN '' THEN '0' ELSE format('%s.%I', side, TG_ARGV[1]) END, holder,
		CASE WHEN number IS NULL THEN 'NULL::text' ELSE format('%s.%I', side, number) END,
		CASE WHEN alone THEN format(cell, 'o') WHEN TG_OP = 'INSERT' THEN 'NULL::hstore' ELSE 'hstore(before)' END,
		CASE WHEN alone THEN format(cell, 'n') WHEN TG_OP = 'DELETE' THEN 'NULL::hstore' ELSE 'hstore(after)' END,
		rows
			|| CASE WHEN alone OR TG_OP = 'INSERT' THEN '' ELSE format(' CROSS JOIN LATERAL (SELECT %s) AS before',
				(SELECT string_agg(format('o.%I', name), ', ') FROM unnest(columns) AS name)) END
			|| CASE WHEN alone OR TG_OP = 'DELETE' THEN '' ELSE format(' CROSS JOIN LATERAL (SELECT %s) AS after',
				(SELECT string_agg(format('n.%I', name), ', ') FROM unnest(columns) AS name)) END
			|| CASE TG_ARGV[2] WHEN 'line' THEN format($line$
				LEFT JOIN line ON line.tenant_id = %1$s.tenant_id AND line.id = %2$s
				LEFT JOIN (SELECT id, max(user_id) AS user_id FROM job_row_change
					WHERE job_id = $1 AND relation = 'line' AND how = 'delete' GROUP BY id) gone ON gone.id = %2$s $line$,
				side, CASE TG_OP WHEN 'UPDATE' THEN 'coalesce(o.line_id, n.line_id)' ELSE side || '.line_id' END) ELSE '' END
			|| CASE WHEN alone THEN format(' WHERE o.%1$I IS DISTINCT FROM n.%1$I', columns[1]) ELSE '' END,
		CASE WHEN TG_OP = 'UPDATE' AND NOT alone THEN 'WHERE old <> new' ELSE '' END);
	-- Not prepared: what fits one row would be kept for the next 100,000.
	IF secrets = '{}' AND TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'users' THEN
		EXECUTE format($keep$
			INSERT INTO job_change_block (job_id, n, tenant_id, thousand, size, ids, old, new)
			SELECT $1, nextval('job_row_change_n_seq'), tenant_id, thousand, cardinality(ids), ids, was, becomes
			FROM (
				SELECT tenant_id, id / 1000 AS thousand, array_agg(id) AS ids, array_agg(was) AS was, array_agg(becomes) AS becomes
				FROM (%s) differ
				GROUP BY tenant_id, id / 1000
				ORDER BY tenant_id, id / 1000
			) of_thousand $keep$, differ) USING job;
		RETURN NULL;
	ELSIF secrets = '{}' THEN
		EXECUTE format($keep$
			INSERT INTO job_row_change (job_id, tenant_id, relation, id, item_id, user_id, name, how, old, new)
			SELECT $1, tenant_id, %1$L, id, item_id, user_id, name, %2$L, was, becomes
			FROM (%3$s) differ $keep$, TG_TABLE_NAME, lower(TG_OP), differ) USING job;
		RETURN NULL;
	END IF;
	EXECUTE format($keep$
		WITH differ AS MATERIALIZED (
			SELECT nextval('job_row_change_n_seq') AS n, * FROM (%1$s) differ
		), kept AS (
			INSERT INTO job_row_change (job_id, n, tenant_id, relation, id, item_id, user_id, name, how, old, new)
			OVERRIDING SYSTEM VALUE
			SELECT $1, n, tenant_id, %2$L, id, item_id, user_id, name, %3$L, was%4$s, becomes%5$s
			FROM differ
		)
		INSERT INTO job_row_secret (job_id, n, tenant_id, old, new)
		SELECT $1, n, tenant_id, slice(was, $2), slice(becomes, $2)
		FROM differ
		WHERE %6$s OR %7$s $keep$, differ, TG_TABLE_NAME, lower(TG_OP), format(mask, 'was'), format(mask, 'becomes'),
		format(secret, 'was'), format(secret, 'becomes')) USING job, secrets;
	RETURN NULL;
END
$$;

-- Deletes the jobs of a tenant that have ended, by root's proof; how many.  What refers to no
-- job (worker.sql has the same list) is deleted by hand.
CREATE OR REPLACE FUNCTION tenant_forget(kind text, proof bytea, wanted bigint, forgotten int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
	n bigint;
BEGIN
	IF NOT EXISTS (SELECT FROM admin_proved(kind, proof, wanted) who WHERE who.root) THEN
		RAISE insufficient_privilege USING MESSAGE = 'tenants are set up by root';
	END IF;
	WITH old AS (
		DELETE FROM job WHERE tenant_id = forgotten AND ended_at IS NOT NULL RETURNING id
	), rows AS (
		DELETE FROM job_row USING old WHERE job_row.job_id = old.id
	), changes AS (
		DELETE FROM job_change USING old WHERE job_change.job_id = old.id
	), planned AS (
		DELETE FROM job_planned USING old WHERE job_planned.job_id = old.id
	), row_changes AS (
		DELETE FROM job_row_change USING old WHERE job_row_change.job_id = old.id
	), blocks AS (
		DELETE FROM job_change_block USING old WHERE job_change_block.job_id = old.id
	), secrets AS (
		DELETE FROM job_row_secret USING old WHERE job_row_secret.job_id = old.id
	), made AS (
		DELETE FROM job_made USING old WHERE job_made.job_id = old.id
	)
	SELECT count(*) INTO n FROM old;
	RETURN n;
END
$$;

DO $$
BEGIN
	EXECUTE format('REVOKE rollcall_links FROM %I', current_user);
END
$$;
