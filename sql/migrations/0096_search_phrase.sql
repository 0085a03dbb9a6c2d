-- The users whose texts have this one, with its blanks and hyphens, no more than `most`: pages of numbers look for names that
-- have a number as it is written, 01 42 00, beside that number.  As users_some does for the words of a search.
DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_search;
CREATE FUNCTION users_saying(phrase text, most bigint) RETURNS TABLE (tenant_id int, user_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1000
SET work_mem = '64MB' SET jit = off SET max_parallel_workers_per_gather = 0 SET effective_io_concurrency = 0
SET enable_seqscan = on SET enable_bitmapscan = on SET enable_hashjoin = on SET enable_mergejoin = on
AS $$
DECLARE
	words constant text[] := ARRAY[search_key(phrase)];
	chosen constant text := users_query('{}', ARRAY[search_texts(words, true), search_texts(words, false)]);
BEGIN
	PERFORM users_query_enter(chosen);
	RETURN QUERY EXECUTE format('SELECT * FROM (%s) c LIMIT $2', chosen) USING scope(), most;
END
$$;
ALTER FUNCTION users_saying(text, bigint) OWNER TO rollcall_search;
REVOKE ALL ON FUNCTION users_saying(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users_saying(text, bigint) TO rollcall_web, rollcall_worker, rollcall_owner;
REVOKE CREATE ON SCHEMA public FROM rollcall_search;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
