-- Whom a chain of numbers that pass from one to another reaches (sql/shared/stage.sql).
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(7);
\i sql/shared/stage.sql
\i sql/shared/rules.sql

INSERT INTO chain VALUES
	(1, NULL, false), (2, 1, false), (3, 2, false),	-- 1 gets what nobody has
	(11, NULL, true), (12, 11, false),		-- so does 11, who takes the own one along
	(21, 22, false), (22, 21, false),		-- a circle has no beginning
	(4, 1, false), (4, 21, false);			-- who gets two is reached by one of them
SELECT is(array(SELECT id FROM chained ORDER BY id), '{1,2,3,4}', 'all that follow a beginning, once');
SELECT is(array(SELECT id FROM chained_whole ORDER BY id), '{1,2,3}', 'of these, 4 gets one that is not left');
INSERT INTO chain VALUES (5, 4, false), (5, 1, false);
SELECT is(array(SELECT id FROM chained_whole ORDER BY id), '{1,2,3}', 'so whoever follows 4 gets one that is not left');

INSERT INTO chain VALUES (22, 3, false);
SELECT is(array(SELECT id FROM chained ORDER BY id), '{1,2,3,4,5,21,22}', 'a circle that a chain runs into');

TRUNCATE chain;
INSERT INTO chain SELECT n, nullif(n - 1, 0) FROM generate_series(1, 10000) n;
ANALYZE chain;
SELECT is((SELECT count(*) FROM chained), 10000::bigint, 'a long one to its end');
SELECT is((SELECT count(*) FROM chained_whole), 10000::bigint, 'which is whole');

CREATE FUNCTION pg_temp.explained() RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	line text;
	text text := '';
BEGIN
	FOR line IN EXPLAIN SELECT FROM chained LOOP
		text := text || line;
	END LOOP;
	RETURN text;
END
$$;
SELECT matches(pg_temp.explained(), 'Nested Loop.*Index Scan using chain_from', 'each link by the index');

SELECT * FROM finish();
