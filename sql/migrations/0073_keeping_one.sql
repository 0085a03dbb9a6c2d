-- Keeping the changes of one column, in less time: the column is compared, and not two hstores.
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
BEGIN
	IF job IS NULL OR current_setting('rollcall.rehearsal', true) = 'on' THEN
		RETURN NULL;
	END IF;
	IF TG_OP = 'INSERT' AND current_setting('rollcall.kind', true) = 'import' THEN
		IF TG_TABLE_NAME IN ('users', 'voicemail', 'incall') THEN
			INSERT INTO job_made (job_id, tenant_id, relation, ids)
			SELECT job, tenant_id, TG_TABLE_NAME, array_agg(id) FROM new_rows GROUP BY tenant_id;
		END IF;
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
	mask := coalesce((SELECT string_agg(format(' || CASE WHEN %%1$s -> %1$L IS NULL THEN '''' ELSE ''"%1$s"=>"********"''::hstore END',
		name), '') FROM unnest(secrets) AS name), '');
	secret := coalesce((SELECT string_agg(format('%%1$s -> %L IS NOT NULL', name), ' OR ') FROM unnest(secrets) AS name), 'false');
	differ := format($differ$
		SELECT nextval('job_row_change_n_seq') AS n, tenant_id, id, item_id, user_id, name, %1$s
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
		CASE TG_OP WHEN 'INSERT' THEN 'NULL::hstore' ELSE 'hstore(before)' END,
		CASE TG_OP WHEN 'DELETE' THEN 'NULL::hstore' ELSE 'hstore(after)' END,
		rows
			|| CASE TG_OP WHEN 'INSERT' THEN '' ELSE format(' CROSS JOIN LATERAL (SELECT %s) AS before',
				(SELECT string_agg(format('o.%I', name), ', ') FROM unnest(columns) AS name)) END
			|| CASE TG_OP WHEN 'DELETE' THEN '' ELSE format(' CROSS JOIN LATERAL (SELECT %s) AS after',
				(SELECT string_agg(format('n.%I', name), ', ') FROM unnest(columns) AS name)) END
			|| CASE TG_ARGV[2] WHEN 'line' THEN format($line$
				LEFT JOIN line ON line.tenant_id = %1$s.tenant_id AND line.id = %2$s
				LEFT JOIN (SELECT id, max(user_id) AS user_id FROM job_row_change
					WHERE job_id = $1 AND relation = 'line' AND how = 'delete' GROUP BY id) gone ON gone.id = %2$s $line$,
				side, CASE TG_OP WHEN 'UPDATE' THEN 'coalesce(o.line_id, n.line_id)' ELSE side || '.line_id' END) ELSE '' END
			|| CASE WHEN alone THEN format(' WHERE o.%1$I IS DISTINCT FROM n.%1$I', columns[1]) ELSE '' END,
		CASE WHEN TG_OP = 'UPDATE' AND NOT alone THEN 'WHERE old <> new' ELSE '' END);
	-- Not prepared: what fits one row would be kept for the next 100,000.
	IF secrets = '{}' THEN
		EXECUTE format($keep$
			INSERT INTO job_row_change (job_id, n, tenant_id, relation, id, item_id, user_id, name, how, old, new)
			OVERRIDING SYSTEM VALUE
			SELECT $1, n, tenant_id, %1$L, id, item_id, user_id, name, %2$L, was, becomes
			FROM (%3$s) differ $keep$, TG_TABLE_NAME, lower(TG_OP), differ) USING job;
		RETURN NULL;
	END IF;
	EXECUTE format($keep$
		WITH differ AS MATERIALIZED (%1$s), kept AS (
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

DO $$
BEGIN
	EXECUTE format('REVOKE rollcall_links FROM %I', current_user);
END
$$;
