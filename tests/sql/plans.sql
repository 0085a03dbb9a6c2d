-- Foreign key checks look one row up, whatever the statistics say: an import of
-- 100,000 users does that a million times.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(6);

CREATE FUNCTION pg_temp.index_of(query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN EXECUTE ' || query LOOP
		IF line ~ 'Index (Only )?Scan using' THEN
			RETURN substring(line FROM 'using (\w+)');
		END IF;
	END LOOP;
	RETURN 'no index';
END
$$;

SET plan_cache_mode = force_generic_plan;
PREPARE of_voicemail(int, bigint) AS SELECT 1 FROM ONLY voicemail x WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE OF x;
PREPARE of_users(int, bigint) AS SELECT 1 FROM ONLY users x WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE OF x;
PREPARE of_line(int, bigint) AS SELECT 1 FROM ONLY line x WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE OF x;

-- The tables are filled, and were analyzed while that was not committed.
INSERT INTO voicemail (tenant_id, context_id, number, name)
	SELECT 1, (SELECT min(id) FROM context WHERE tenant_id = 1), n::text, 'v' FROM generate_series(1, 2000) n;
INSERT INTO users (tenant_id, firstname) SELECT 1, 'u' FROM generate_series(1, 2000);
INSERT INTO line (tenant_id, user_id, protocol, context_id, line_template_id, provisioning_code)
	SELECT 1, id, 'sccp', (SELECT min(id) FROM context WHERE tenant_id = 1),
		(SELECT min(id) FROM line_template WHERE tenant_id = 1), row_number() OVER ()
	FROM users WHERE tenant_id = 1;
UPDATE pg_class SET reltuples = 0, relpages = 50
	WHERE oid IN ('voicemail'::regclass, 'users'::regclass, 'line'::regclass);
SELECT is(pg_temp.index_of('of_voicemail(1, 1)'), 'voicemail_pkey', 'a voicemail, said to be of an empty table');
SELECT is(pg_temp.index_of('of_users(1, 1)'), 'users_pkey', 'a user, said to be of an empty table');
SELECT is(pg_temp.index_of('of_line(1, 1)'), 'line_pkey', 'a line, said to be of an empty table');

-- The tables are filled, and nothing is known about them.
UPDATE pg_class SET reltuples = -1, relpages = 0
	WHERE oid IN ('voicemail'::regclass, 'users'::regclass, 'line'::regclass);
SELECT is(pg_temp.index_of('of_voicemail(1, 1)'), 'voicemail_pkey', 'a voicemail without statistics');
SELECT is(pg_temp.index_of('of_users(1, 1)'), 'users_pkey', 'a user without statistics');
SELECT is(pg_temp.index_of('of_line(1, 1)'), 'line_pkey', 'a line without statistics');

SELECT * FROM finish();
