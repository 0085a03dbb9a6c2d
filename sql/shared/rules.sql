-- Functions of the connection: those that run rules (rules_run of cgi/users/transfer.h), and those that rules call.

-- Of each [rule, table, what, twice]: whether a row of the table meets the condition `what`; with
-- twice, whether two rows have the same value of the expression `what`.
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
	FOR relation, twice, any_of, each_of, rules IN SELECT c ->> 1, (c ->> 3)::boolean, string_agg(format('(%s)', c ->> 2), ' OR '),
			string_agg(format(CASE WHEN (c ->> 3)::boolean THEN 'count(%1$s) > count(DISTINCT %1$s)'
				ELSE 'coalesce(bool_or(%1$s), false)' END, c ->> 2), ', ' ORDER BY n),
			array_agg((c ->> 0)::int ORDER BY n)
		FROM json_array_elements(conditions) WITH ORDINALITY AS e (c, n)
		GROUP BY c ->> 1, (c ->> 3)::boolean LOOP
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

-- Makes a function of a rule.  The connection keeps its plans; those of a plain statement are
-- made anew by each job, which is the larger part of the time of a file of one row.  A SELECT
-- that is there for its effect is a PERFORM in a function.
CREATE OR REPLACE FUNCTION pg_temp.keep_rule(name text, statements text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	EXECUTE format('CREATE FUNCTION pg_temp.%I() RETURNS void LANGUAGE plpgsql AS %L', name,
		E'#variable_conflict use_column\nBEGIN\n'
		|| regexp_replace(statements, '^SELECT (set_config|pg_temp\.)', 'PERFORM \1', 'gn') || E'\nEND');
END
$$;

-- Runs functions of rules; where the connection lacks some of them it runs none, and says which, one a line.
CREATE OR REPLACE PROCEDURE pg_temp.run_rules(functions text[], INOUT missing text)
LANGUAGE plpgsql
AS $$
BEGIN
	missing := (SELECT string_agg(name, E'\n') FROM unnest(functions) name WHERE to_regproc(format('pg_temp.%I', name)) IS NULL);
	IF missing IS NULL THEN
		FOR i IN 1 .. cardinality(functions) LOOP
			EXECUTE format('SELECT pg_temp.%I()', functions[i]);
		END LOOP;
	END IF;
END
$$;
