-- Functions of the connection: those that run rules (rules_run of cgi/users/transfer.h), and those that rules call.

-- Of each rule of a JSON array, of its conditions [table, what, twice]: whether a row of the table meets `what`; with
-- twice, whether two rows have the same value of this expression.
CREATE OR REPLACE FUNCTION pg_temp.rows_there(conditions json) RETURNS TABLE (rule int, there boolean)
LANGUAGE plpgsql
AS $$
DECLARE
	relation text;
	twice boolean;
	any_of text;
	each_of text;
	rules int[];
	found boolean;
BEGIN
	FOR relation, twice, any_of, each_of, rules IN SELECT c ->> 0, (c ->> 2)::boolean, string_agg(format('(%s)', c ->> 1), ' OR '),
			string_agg(format(CASE WHEN (c ->> 2)::boolean THEN 'count(%1$s) > count(DISTINCT %1$s)'
				ELSE 'coalesce(bool_or(%1$s), false)' END, c ->> 1), ', ' ORDER BY r.n, e.n),
			array_agg(r.n::int - 1 ORDER BY r.n, e.n)
		FROM json_array_elements(conditions) WITH ORDINALITY AS r (of_rule, n), json_array_elements(of_rule) WITH ORDINALITY AS e (c, n)
		GROUP BY c ->> 0, (c ->> 2)::boolean LOOP
		-- Mostly no row meets any, which is known sooner than of each.
		IF NOT twice THEN
			EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %s)', relation, any_of) INTO found;
		END IF;
		IF twice OR found THEN
			RETURN QUERY EXECUTE format('SELECT unnest($1), unnest(ARRAY[%s]) FROM %I', each_of, relation) USING rules;
		ELSE
			RETURN QUERY SELECT unnest(rules), false;
		END IF;
	END LOOP;
END
$$;

-- Whether a stored table is read as a whole to find what the rows of the file name in it, and not looked up row by
-- row: that takes a tenth of the time for each row.  The planner would always read it, as it takes the look at one
-- tenant for one at ten.  Rows are compared by size; one of the file has some six times the bytes of a stored number.
-- In PL/pgSQL, which keeps its plan: a function of SQL is planned anew by each statement.
CREATE OR REPLACE FUNCTION pg_temp.read_whole(relation regclass) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	RETURN 2 * pg_relation_size('pg_temp.stage') > pg_relation_size(relation);
END
$$;

-- The parts of a temporary table, of some 20,000 rows each: from `low` to before `high`.  What is asked
-- with an array of values is asked part by part: memory does not grow with the file.
CREATE OR REPLACE FUNCTION pg_temp.parts_of(relation regclass) RETURNS TABLE (low tid, high tid)
LANGUAGE plpgsql ROWS 1
AS $$
BEGIN
	FOR block IN 0 .. pg_relation_size(relation) / current_setting('block_size')::int - 1 BY 1000 LOOP
		low := format('(%s,0)', block);
		high := format('(%s,0)', block + 1000);
		RETURN NEXT;
	END LOOP;
END
$$;

-- The digest of parts, one after the other: its memory does not grow with them.  A part is best the digests of a
-- thousand rows, as this function costs more than the digest of a row.
CREATE OR REPLACE FUNCTION pg_temp.digest_next(so_far bytea, part bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
	RETURN sha256(so_far || part);
END
$$;
CREATE OR REPLACE FUNCTION pg_temp.digest_end(so_far bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
	RETURN encode(so_far, 'hex');
END
$$;
CREATE OR REPLACE AGGREGATE pg_temp.digest(bytea) (SFUNC = pg_temp.digest_next, STYPE = bytea, FINALFUNC = pg_temp.digest_end, INITCOND = '');

-- That of the warnings.  The one about the mapping that was used does not count: when the file is read again, the
-- mapping is an option.
CREATE OR REPLACE FUNCTION pg_temp.digest_of_warnings() RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
	RETURN (SELECT pg_temp.digest(part ORDER BY thousand) FROM (
		SELECT row_number / 1000 AS thousand, string_agg(sha256(convert_to(concat_ws(' ', row_number, level, key, column_name, value,
			params), 'UTF8')), '' ORDER BY row_number, key, column_name, value, params::text) AS part
		FROM issue WHERE key <> 'mapping_used' GROUP BY row_number / 1000) warnings);
END
$$;

-- Makes a function of rules, a JSON array of [statements, [[table, condition], ...]]: it runs those that `runs` has
-- true for, and of them those without conditions, or with one that a row of its table meets before the first runs.  The
-- connection keeps its plans; those of plain statements are made anew by each job, which is the larger part of the time
-- of a file of one row.  A SELECT that is there for its effect is a PERFORM in a function.
CREATE OR REPLACE FUNCTION pg_temp.keep_rules(name text, rules json) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	looks text;
	body text;
BEGIN
	WITH rule AS (
		SELECT n, r -> 1 AS conditions, E'\n' || regexp_replace(r ->> 0, '^SELECT (set_config|pg_temp\.)', 'PERFORM \1', 'gn') AS statements
		FROM json_array_elements(rules) WITH ORDINALITY e (r, n)
	), condition AS (
		SELECT rule.n AS rule, c ->> 0 AS relation, c ->> 1 AS what, row_number() OVER (ORDER BY c ->> 0, rule.n, e.n) AS place
		FROM rule, json_array_elements(conditions) WITH ORDINALITY e (c, n)
	), look AS (
		SELECT min(place) AS place, format(E'there := there || (SELECT ARRAY[%s] FROM %I);\n',
			string_agg(format('coalesce(bool_or(%s), false)', what), ', ' ORDER BY place), relation) AS statement
		FROM condition GROUP BY relation
	), met AS (
		SELECT rule, string_agg(format('there[%s]', place), ' OR ') AS any_of FROM condition GROUP BY rule
	)
	SELECT (SELECT string_agg(statement, '' ORDER BY place) FROM look),
		string_agg(format(E'IF runs[%s]%s THEN%s\nEND IF;\n', n, ' AND (' || any_of || ')', statements), '' ORDER BY n)
	INTO looks, body
	FROM rule LEFT JOIN met ON met.rule = n;
	EXECUTE format('CREATE FUNCTION pg_temp.%I(runs boolean[]) RETURNS void LANGUAGE plpgsql AS %L', name,
		E'#variable_conflict use_column\nDECLARE\n\tthere boolean[] := \'{}\';\nBEGIN\n' || concat(looks, body) || 'END');
END
$$;

-- Runs a function of rules; `missing` if the connection has none of that name.
CREATE OR REPLACE PROCEDURE pg_temp.run_rules(name text, runs boolean[], INOUT missing boolean)
LANGUAGE plpgsql
AS $$
BEGIN
	missing := to_regproc(format('pg_temp.%I', name)) IS NULL;
	IF NOT missing THEN
		EXECUTE format('SELECT pg_temp.%I($1)', name) USING runs;
	END IF;
END
$$;
