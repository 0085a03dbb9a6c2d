-- Pages whose time does not grow with what is stored: what they read is counted, and what they show is what
-- reading all of it gives.
\set QUIET on
\set ON_ERROR_STOP on
\set day `awk '/^-- name: /{it = $3 == "history_of_day"} it' sql/queries/history.sql | sed "s/[$]1::date/'2026-01-31'/; s/[$]2::bigint/0/; s/[$]3::bigint/20/; s/[$]4::bigint/20/; s/[$]5\(::boolean\)*/true/" | sed "s/[$]5\(::boolean\)*/true/g; s/;$//"`
SELECT plan(30);

\i tests/lib/rows_read.sql

SELECT set_config('rollcall.scope', '{1,2}', false) \g /dev/null
INSERT INTO users (tenant_id, firstname) SELECT 1 + n % 2, 'u' FROM generate_series(1, 3000) n;
INSERT INTO line (tenant_id, user_id, protocol, context_id, line_template_id, provisioning_code)
SELECT u.tenant_id, u.id, 'sccp', c.id, t.id, 700000 + row_number() OVER () FROM users u
JOIN context c ON c.tenant_id = u.tenant_id AND c.name = CASE WHEN u.id % 3 = 0 THEN 'from-extern' ELSE 'default' END
JOIN line_template t ON t.tenant_id = u.tenant_id AND t.name = 'default'
WHERE u.id % 5 > 0;
INSERT INTO extension (tenant_id, context_id, exten) SELECT 1, id, n::text FROM context, generate_series(1, 7) n WHERE tenant_id = 1 AND name = 'default';
INSERT INTO incall (tenant_id, context_id, exten) SELECT 1, id, n::text FROM context, generate_series(1, 9) n WHERE tenant_id = 1 AND name = 'from-extern';
INSERT INTO voicemail (tenant_id, context_id, number, name) SELECT 1, id, n::text, 'v' FROM context, generate_series(1, 11) n
WHERE tenant_id = 1 AND name = 'default';
INSERT INTO label (tenant_id, name) VALUES (1, 'large_pages');
INSERT INTO user_label SELECT 1, u.id, l.id FROM users u, label l WHERE u.tenant_id = 1 AND l.tenant_id = 1 AND l.name = 'large_pages' AND u.id % 7 = 0;

-- The day of a large import.
INSERT INTO job (id, tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, started_at, ended_at, counts)
OVERRIDING SYSTEM VALUE
SELECT 9501, 1, id, 'alice', 'import', 'f.csv', 1, sha256(''), 'n1', 'done', '2026-01-31 12:00Z', '2026-01-31 12:00Z', '{"users": 1500}'
FROM admin WHERE username = 'alice';
INSERT INTO job_made (job_id, tenant_id, relation, low, high) SELECT 9501, 1, 'users', min(id), max(id) FROM users;
INSERT INTO job_change_block (job_id, n, thousand, tenant_id, size, ids, old, new)
SELECT 9501, 1, min(id) / 1000, 1, 2, array_agg(id), ARRAY['firstname=>a'::hstore, 'firstname=>b'], ARRAY['firstname=>c'::hstore, 'firstname=>d']
FROM (SELECT id FROM users WHERE tenant_id = 1 ORDER BY id LIMIT 2) u;
ANALYZE users, job, job_made, job_change_block;
SET ROLE rollcall_web;
SELECT cmp_ok(pg_temp.rows_read(:'day', '{users}'), '<=', 10::bigint, 'the changes of a day look up whom they show, and read no others');
RESET ROLE;

-- Uses.
CREATE FUNCTION pg_temp.used_wrong() RETURNS SETOF record
LANGUAGE sql AS $$
	SELECT list, of.* FROM unnest('{contexts,tenants,labels,template_lines}'::text[]) list CROSS JOIN LATERAL (
		(SELECT * FROM setup_used(list) EXCEPT SELECT tenant_id, id::bigint, count(*) FROM setup_use WHERE resource = list GROUP BY 1, 2)
		UNION ALL
		(SELECT tenant_id, id::bigint, count(*) FROM setup_use WHERE resource = list GROUP BY 1, 2 EXCEPT SELECT * FROM setup_used(list))
	) of
	WHERE of.n > 0 AND of.id IS NOT NULL
$$;
SELECT is_empty('SELECT * FROM pg_temp.used_wrong() AS (list text, tenant_id int, id bigint, n bigint)', 'uses are counted, of marked users');
SET SESSION AUTHORIZATION rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP NULL; END LOOP; END $$;
RESET SESSION AUTHORIZATION;
SELECT is_empty('SELECT * FROM pg_temp.used_wrong() AS (list text, tenant_id int, id bigint, n bigint)', 'of users whose keys are made');
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id % 5 = 1 ORDER BY id LIMIT 3);
UPDATE line SET context_id = (SELECT id FROM context WHERE tenant_id = 1 AND name = 'from-extern')
WHERE tenant_id = 1 AND id IN (SELECT id FROM line WHERE tenant_id = 1 ORDER BY id LIMIT 5);
SELECT is_empty('SELECT * FROM pg_temp.used_wrong() AS (list text, tenant_id int, id bigint, n bigint)', 'of some that are marked');
SELECT set_config('rollcall.scope', '{2}', false) \g /dev/null
SET ROLE rollcall_web;
SELECT is_empty('SELECT FROM setup_used(''contexts'') WHERE tenant_id <> 2', 'of the scope alone');
RESET ROLE;

-- Numbers are not counted one by one.
SELECT set_config('rollcall.scope', '{1,2}', false) \g /dev/null
INSERT INTO context (tenant_id, name, type) VALUES (1, 'large_pages', 'internal');
INSERT INTO voicemail (tenant_id, context_id, number, name) SELECT 1, id, (10000 + n)::text, 'v' FROM context, generate_series(1, 9000) n WHERE name = 'large_pages';
ANALYZE voicemail;
CREATE FUNCTION pg_temp.voicemails_read() RETURNS bigint
LANGUAGE sql AS $$
	SELECT pg_stat_get_xact_tuples_returned('voicemail'::regclass)
		+ pg_stat_get_xact_tuples_returned('voicemail_tenant_id_context_id_number_key'::regclass)
		+ pg_stat_get_xact_tuples_returned('voicemail_pkey'::regclass) + pg_stat_get_xact_tuples_returned('voicemail_number'::regclass)
$$;
CREATE TEMP TABLE already AS SELECT pg_temp.voicemails_read() AS n;
SELECT results_eq($$SELECT number, total FROM numbers_page('voicemail', '', 'large_pages', '', 1, 2)
	UNION ALL SELECT number, total FROM numbers_page('voicemail', '', 'large_pages', '', 1, 8996)$$,
	$$VALUES ('10003', 9000::bigint), ('18997', 9000)$$, 'numbers are shown from both ends');
SELECT cmp_ok(pg_temp.voicemails_read() - n, '<=', 100::bigint, 'and those between are not read') FROM already;
SELECT is((SELECT n FROM setup_used('contexts') u JOIN context c ON c.tenant_id = u.tenant_id AND c.id = u.id AND c.name = 'large_pages'), 9000::bigint,
	'a context has so many uses');
SELECT cmp_ok(pg_temp.voicemails_read() - n, '<=', 100::bigint, 'which are not read') FROM already;

-- Nor is what a search finds, and of many that it finds, or of used voicemails, no more than the page says.
UPDATE users u SET voicemail_id = v.id, lastname = CASE WHEN v.nth = 2000 THEN 'Quux' ELSE 'many' END FROM (
	SELECT v.id, u.id AS user_id, v.nth FROM (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM users WHERE tenant_id = 1) u
	JOIN (SELECT v.id, v.number::int - 10000 AS nth FROM voicemail v JOIN context c ON c.id = v.context_id AND c.name = 'large_pages') v
		ON v.nth = u.nth + 700) v
WHERE u.id = v.user_id;
INSERT INTO extension (tenant_id, context_id, exten, line_id)
SELECT 1, c.id, (20000 + row_number() OVER (ORDER BY l.id))::text, l.id FROM line l, context c WHERE l.tenant_id = 1 AND c.name = 'large_pages';
UPDATE users SET lastname = 'Salle 20-777' WHERE id = (SELECT user_id FROM line JOIN extension x ON x.line_id = line.id WHERE x.exten = '20100');
ANALYZE users, line, extension;
SET SESSION AUTHORIZATION rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP NULL; END LOOP; END $$;
RESET SESSION AUTHORIZATION;
CREATE FUNCTION pg_temp.read(relation regclass) RETURNS bigint
LANGUAGE sql AS $$
	SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid))::bigint + pg_stat_get_xact_tuples_returned(relation)
	FROM pg_index WHERE indrelid = relation
$$;
CREATE FUNCTION pg_temp.read_for(relation regclass, page text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	before constant bigint := pg_temp.read(relation);
BEGIN
	EXECUTE page;
	RETURN pg_temp.read(relation) - before;
END
$$;
SET ROLE rollcall_web;
SELECT results_eq($$SELECT number, total, more FROM numbers_page('extension', 'quux', '', '', 50, 0, 100)$$,
	$$SELECT x.exten COLLATE "default", 1::bigint, false FROM extension x JOIN line l ON l.id = x.line_id JOIN users u ON u.id = l.user_id WHERE u.lastname = 'Quux'$$,
	'a search finds the number of one user');
SELECT cmp_ok(pg_temp.read_for('extension', $$SELECT FROM numbers_page('extension', 'quux', '', '', 50, 0, 100)$$), '<=', 250::bigint,
	'and reads but a few of the others');
SELECT results_eq($$SELECT number, total, more FROM numbers_page('extension', '20-777', '', '', 50, 0, 100, '20777')$$,
	$$VALUES ('20100', 2::bigint, false), ('20777', 2, false)$$, 'a number as it is written is found in numbers and in names');
SELECT cmp_ok(pg_temp.read_for('extension', $$SELECT FROM numbers_page('extension', '20-777', '', '', 50, 0, 100, '20777')$$), '<=', 250::bigint,
	'and reads but a few of the others');
SELECT cmp_ok(pg_temp.read_for('users', $$SELECT FROM numbers_page('extension', '20-777', '', '', 50, 0, 100, '20777')$$), '<=', 500::bigint,
	'and of the users, beside the first numbers');
SELECT results_eq($$SELECT min(number), count(*), max(total), bool_and(more) FROM numbers_page('extension', 'many', '', '', 50, 50, 100)$$,
	$$VALUES ('20051', 50::bigint, 100::bigint, true)$$, 'a search that many match finds the first ones');
SELECT cmp_ok(pg_temp.read_for('users', $$SELECT FROM numbers_page('extension', 'many', '', '', 50, 50, 100)$$), '<=', 1000::bigint,
	'and asks no more than these, and some, whether they match');
SELECT results_eq($$SELECT min(number), count(*), max(total), bool_and(more) FROM numbers_page('voicemail', '', 'large_pages', 'used', 50, 0, 1000)$$,
	$$SELECT '10701', 50::bigint, 1000::bigint, true$$, 'used voicemails are found from the first one');
SELECT cmp_ok(pg_temp.read_for('voicemail', $$SELECT FROM numbers_page('voicemail', '', 'large_pages', 'used', 50, 0, 1000)$$), '<=', 2100::bigint,
	'and those behind are not read');
RESET ROLE;

-- The audit.
INSERT INTO session (token_hash, admin_id) SELECT sha256(username::bytea), id FROM admin WHERE username IN ('alice', 'root', 'reader');
INSERT INTO audit (at, admin_name, tenant_id, action, detail)
SELECT '2026-01-01Z'::timestamptz + n * interval '1 hour', 'admin' || n % 3, nullif(n % 4, 0) / 3 + 1,
	(ARRAY['token.open', 'token.close', 'tokens', 'user.export'])[1 + n % 4], jsonb_build_object('n', n) FROM generate_series(1, 997) n;
INSERT INTO audit (admin_name, tenant_id, action) VALUES ('admin1', NULL, 'nobody.knows');
ANALYZE audit;
CREATE FUNCTION pg_temp.audit_wrong(of text, tenant int) RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT format('%s %s %s %s, %s after %s', who, what, from_day, to_day, wanted, skipped)
	FROM unnest('{NULL,"",MIN1,nobody}'::text[]) AS who
	CROSS JOIN unnest('{NULL,"",token,token.open,none}'::text[]) AS what
	CROSS JOIN (VALUES (NULL::date, NULL::date), ('2026-01-03', NULL), (NULL, '2026-01-20'), ('2026-01-05', '2026-01-06')) AS d (from_day, to_day)
	CROSS JOIN (VALUES (50, 0), (50, 450), (50, 950), (7, 20), (50, 5000), (NULL, 0)) AS p (wanted, skipped)
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(a.id), '{}') AS page, max(a.total) AS total
		FROM session_audit(sha256(of::bytea), 3600, 43200, who, what, from_day, to_day, wanted, skipped) a) is_so
	CROSS JOIN LATERAL (SELECT coalesce(array_agg(l.id ORDER BY l.id DESC), '{}') AS ids FROM audit l
		WHERE (tenant IS NULL OR l.tenant_id = tenant) AND (coalesce(who, '') = '' OR strpos(lower(l.admin_name), lower(who)) > 0)
			AND (coalesce(what, '') = '' OR l.action = what OR starts_with(l.action, what || '.'))
			AND (from_day IS NULL OR (l.at AT TIME ZONE 'UTC')::date >= from_day)
			AND (to_day IS NULL OR (l.at AT TIME ZONE 'UTC')::date <= to_day)) should
	WHERE page <> coalesce(ids[skipped + 1:skipped + coalesce(wanted, 9999)], '{}')
		OR wanted IS NOT NULL AND cardinality(page) > 0 AND total IS DISTINCT FROM cardinality(ids)
$$;
SELECT is_empty('SELECT * FROM pg_temp.audit_wrong(''alice'', 1)', 'pages of the audit of a tenant, from both ends');
SELECT is_empty('SELECT * FROM pg_temp.audit_wrong(''root'', NULL)', 'and of all');
SELECT results_eq('SELECT action FROM session_audit_actions(sha256(''alice''), 3600, 43200)',
	'SELECT DISTINCT action FROM audit WHERE tenant_id = 1 ORDER BY 1', 'actions of a tenant');
SELECT results_eq('SELECT action FROM session_audit_actions(sha256(''root''), 3600, 43200)',
	'SELECT DISTINCT action FROM audit ORDER BY 1', 'and of all');
CREATE FUNCTION pg_temp.entries_read() RETURNS bigint
LANGUAGE sql AS $$
	SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid))::bigint + pg_stat_get_xact_tuples_returned('audit'::regclass)
	FROM pg_index WHERE indrelid = 'audit'::regclass
$$;
TRUNCATE already;
INSERT INTO already SELECT pg_temp.entries_read();
SELECT is((SELECT max(total) FROM session_audit(sha256('root'), 3600, 43200, NULL, NULL, NULL, NULL, 50, 500)),
	(SELECT count(*) FROM audit), 'a page in the middle says how many there are');
-- The count beside it read each entry once, too.
SELECT cmp_ok(pg_temp.entries_read() - n, '<=', 2 * (SELECT count(*) FROM audit) + 100, 'and reads each entry once') FROM already;
SELECT is_empty('SELECT FROM session_audit(sha256(''reader''), 3600, 43200, NULL, NULL, NULL, NULL, 50, 0)', 'who lacks the right sees no entry');
SELECT is_empty('SELECT FROM session_audit_actions(sha256(''reader''), 3600, 43200)', 'nor an action');
SELECT is_empty('SELECT FROM session_audit(sha256(''none''), 3600, 43200, NULL, NULL, NULL, NULL, NULL, 0)', 'nor does a session that is not there');
SET ROLE rollcall_web;
SELECT throws_ok('SELECT * FROM session_audit_scope(sha256(''alice''), 3600, 43200)', '42501', NULL, 'whose entries they are is asked by these functions alone');
SELECT throws_ok('SELECT FROM audit', '42501', NULL, 'and the audit is read by nothing else');
RESET ROLE;
-- Pages start no other processes.
SELECT set_eq($$SELECT proname FROM pg_proc WHERE 'max_parallel_workers_per_gather=0' = ANY (proconfig)$$,
	'{users_narrowed,users_some,users_saying,session_audit,numbers_page,setup_used}'::name[], 'what reads much for a page is done by one process');
SELECT * FROM finish();
