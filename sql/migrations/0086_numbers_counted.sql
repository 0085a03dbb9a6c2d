-- Counting the numbers of an import: 0.06 s less of 100,000 users for each kind.  The planner takes the rows of a
-- statement for few, and sorted all of them; and a number is looked at once for signs that are no digits.
DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
CREATE OR REPLACE FUNCTION count_numbers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_sort = off SET jit = off
AS $$
BEGIN
	EXECUTE format('INSERT INTO number_count AS c (tenant_id, context_id, kind, digits, block, n)
		SELECT tenant_id, context_id, $1, octet_length(number), number::bigint / 1000, $2 * count(*) FROM (%s) taken
		WHERE octet_length(number) <= 18 AND number !~ ''[^0-9]''
		GROUP BY tenant_id, context_id, octet_length(number), number::bigint / 1000
		ORDER BY tenant_id, context_id, octet_length(number), number::bigint / 1000
		ON CONFLICT (tenant_id, context_id, kind, digits, block) DO UPDATE SET n = c.n + excluded.n', TG_ARGV[2])
	USING TG_ARGV[0], TG_ARGV[1]::int;
	RETURN NULL;
END
$$;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
