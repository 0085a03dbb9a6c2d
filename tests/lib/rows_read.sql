-- Of a statement, how many rows its scans of the relations read, those of the kinds that `scans` is a pattern of.
CREATE FUNCTION pg_temp.rows_read(statement text, relations text[], scans text DEFAULT '% Scan') RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	shown json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, FORMAT JSON) ' || statement INTO shown;
	RETURN (SELECT coalesce(sum(((node ->> 'Actual Rows')::float + coalesce((node ->> 'Rows Removed by Filter')::float, 0))
			* (node ->> 'Actual Loops')::float), 0)
		FROM jsonb_path_query(shown::jsonb, 'strict $.**') AS node
		WHERE jsonb_typeof(node) = 'object' AND node ->> 'Relation Name' = ANY (relations) AND node ->> 'Node Type' LIKE scans);
END
$$;
