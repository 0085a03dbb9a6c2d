-- Pages of lists: each key, both ways, from both ends, is what sorting all users gives;
-- before the keys are made, after it, and while some users are marked.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(9);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

INSERT INTO users (id, tenant_id, firstname, lastname, email, username)
SELECT 6990 + n, 1 + n % 2, CASE n % 7 WHEN 0 THEN 'Élodie' WHEN 1 THEN 'elodie' WHEN 2 THEN '李' ELSE 'N' || n % 10 END,
	CASE WHEN n % 3 > 0 THEN 'L' || n % 4 END, CASE WHEN n % 5 > 0 THEN 'U' || n || '@example.org' END,
	CASE WHEN n % 6 = 0 THEN 'u' || n END
FROM generate_series(1, 60) n;
INSERT INTO line (id, tenant_id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
SELECT u.id, u.tenant_id, u.id, CASE u.id % 3 WHEN 0 THEN 'sip' WHEN 1 THEN 'webrtc' ELSE 'sccp' END, c.id, t.id,
	CASE WHEN u.id % 3 < 2 THEN 's' || u.id END, CASE WHEN u.id % 3 < 2 THEN 'x' END, 900000 - u.id * 7 % 1000
FROM users u
JOIN context c ON c.tenant_id = u.tenant_id AND c.name = 'default'
JOIN line_template t ON t.tenant_id = u.tenant_id AND t.name = 'default'
WHERE u.id BETWEEN 6990 AND 7060 AND u.id % 4 > 0;
INSERT INTO extension (tenant_id, context_id, exten, line_id)
SELECT tenant_id, context_id, (id % 50 * 40)::text || CASE id % 9 WHEN 0 THEN '#' ELSE '' END, id
FROM line WHERE id BETWEEN 6990 AND 7060 AND id % 5 > 0 AND id < 7040;

-- All of a list, sorted at once.
CREATE FUNCTION pg_temp.sorted(sorted text, descending boolean, named boolean) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
	ids bigint[];
BEGIN
	EXECUTE format('SELECT array_agg(user_id ORDER BY key %s NULLS LAST, %s user_id)
		FROM (SELECT o.*, %s AS key FROM (SELECT o.*, search_key(e.name) COLLATE "C" AS entity
			FROM user_order_now o JOIN tenant e ON e.id = o.tenant_id) o) o',
		CASE WHEN descending THEN 'DESC' ELSE 'ASC' END, CASE WHEN named AND sorted <> 'name' THEN 'name,' END,
		CASE sorted WHEN 'entity' THEN 'entity' WHEN 'entity_id' THEN 'o.tenant_id' WHEN 'id' THEN 'o.user_id'
			ELSE 'o.' || sorted END) INTO ids;
	RETURN ids;
END
$$;

-- The pages that are not what they should be.
CREATE FUNCTION pg_temp.wrong() RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT format('%s %s %s, %s after %s: %s, not %s', sorted, descending, named, wanted, skipped, page, right_one)
	FROM (VALUES ('name'), ('firstname'), ('lastname'), ('email'), ('username'), ('exten'), ('code'), ('protocol'),
		('id'), ('entity'), ('entity_id')) AS key (sorted)
	CROSS JOIN (VALUES (false), (true)) AS d (descending)
	CROSS JOIN (VALUES (false), (true)) AS m (named)
	CROSS JOIN (VALUES (7::bigint, 0::bigint), (5, 27), (10, 45), (999999999, 0), (5, 500)) AS p (wanted, skipped)
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(user_id ORDER BY place), '{}') AS page
		FROM users_page(sorted, descending, named, wanted, skipped)) is_so
	CROSS JOIN LATERAL (SELECT coalesce((pg_temp.sorted(sorted, descending, named))[skipped + 1:least(skipped + wanted, 1000)], '{}') AS right_one) should
	WHERE page <> right_one
$$;

SELECT set_config('rollcall.scope', '{1}', false) \g /dev/null
SET ROLE rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'of users of whom no keys are made');
SELECT is(users_total(), (SELECT count(*) FROM users), 'and they are counted');
RESET ROLE;
SELECT set_config('rollcall.scope', '{1,2}', false) \g /dev/null
SET ROLE rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'over several tenants');
RESET ROLE;

SET SESSION AUTHORIZATION rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP NULL; END LOOP; END $$;
RESET SESSION AUTHORIZATION;
SELECT is_empty('SELECT FROM user_search_stale', 'once keys and texts are made nobody is marked');
SET ROLE rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'of users whose keys are made');
SELECT is(users_total(), (SELECT count(*) FROM users), 'and they are counted');
RESET ROLE;

UPDATE users SET firstname = 'Changed' || id % 3 WHERE id IN (6993, 7001, 7010);
DELETE FROM users WHERE id IN (6994, 7020);
UPDATE line SET protocol = 'ua' WHERE id = 7003;
DELETE FROM extension WHERE line_id = 7007;
INSERT INTO users (id, tenant_id, firstname) VALUES (6500, 1, 'New'), (8500, 1, 'Éa');
SET ROLE rollcall_web;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'of users some of whom have changed since');
SELECT is(users_total(), (SELECT count(*) FROM users), 'and they are counted');
SELECT throws_ok('SELECT users_page(''password_hash'', false, false, 1, 0)', '42703', NULL, 'nothing else is sorted by');

SELECT * FROM finish();
