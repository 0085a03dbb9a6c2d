-- A changed user whose row gets no longer stays on its page, so that no index is written for a column that has none.
SELECT plan(2);

INSERT INTO users (tenant_id, id, firstname, lastname, email)
	SELECT 1, n, 'First', 'Last', n || '@acme.test' FROM generate_series(9001, 9500) AS n;
UPDATE users SET lastname = 'Next' WHERE id BETWEEN 9001 AND 9500;
SELECT is(pg_stat_get_xact_tuples_hot_updated('users'::regclass), 500::bigint, 'all users of full pages get another name in place');
UPDATE users SET email = 'x' || email WHERE id BETWEEN 9001 AND 9500;
SELECT is(pg_stat_get_xact_tuples_hot_updated('users'::regclass), 500::bigint, 'a column with an index writes it');
