-- The search for users: what it finds, in whose scope, before and after a worker has made
-- the texts.
\set QUIET on
\set ON_ERROR_STOP on
SELECT plan(66);
GRANT ALL ON __tcache__ TO PUBLIC;
GRANT ALL ON SEQUENCE __tcache___id_seq, __tresults___numb_seq TO PUBLIC;

INSERT INTO voicemail (id, tenant_id, context_id, number, name)
SELECT 7001, 1, id, '8801', 'Box' FROM context WHERE tenant_id = 1 AND name = 'default';
INSERT INTO users (id, tenant_id, firstname, lastname, email, username, userfield, mobile_phone_number, voicemail_id)
VALUES (7001, 1, 'Élodie', 'Müller-Straße', 'em@example.org', 'emuller', 'Bureau 12', '+33612345678', 7001),
	(7002, 1, E'E\u0301lise', 'Dupont', NULL, NULL, 'poste 01 42-00.02 00', NULL, NULL),
	(7003, 1, 'Иван', 'ИВАНОВ', NULL, NULL, '100%_sure\', NULL, NULL),
	(7004, 1, 'Bo', NULL, NULL, NULL, NULL, NULL, NULL),
	(7005, 2, 'Foreign', 'Müller', NULL, NULL, NULL, NULL, NULL),
	(7006, 2, 'ΝΊΚΟΣ', 'ΠΑΠΆΣ', 'ΣΑΣ@example.org', NULL, NULL, NULL, NULL), (7007, 2, 'ΣΑΣ', NULL, NULL, NULL, NULL, NULL, NULL),
	(7008, 2, 'İpek ŒUVRE', '℃ ½ ﬀ', NULL, NULL, NULL, NULL, NULL);
INSERT INTO line (id, tenant_id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
SELECT 7001, 1, 7001, 'sip', context.id, line_template.id, 'sipname', 'hidden', 654321
FROM context, line_template
WHERE context.tenant_id = 1 AND context.name = 'default'
	AND line_template.tenant_id = 1 AND line_template.name = 'default';
INSERT INTO extension (tenant_id, context_id, exten, line_id) SELECT 1, context_id, '1000', id FROM line WHERE id = 7001;
INSERT INTO incall (tenant_id, context_id, exten, user_id)
SELECT 1, id, exten, 7001 FROM context, (VALUES ('0142000200'), ('7777')) v (exten) WHERE tenant_id = 1 AND name = 'from-extern';
INSERT INTO user_label (tenant_id, user_id, label_id)
SELECT 1, 7002, id FROM label WHERE tenant_id = 1 AND name = 'sales';

SELECT set_config('rollcall.scope', '{1}', true) \g /dev/null

CREATE FUNCTION pg_temp.found(wanted text) RETURNS text
LANGUAGE sql AS $$
	SELECT coalesce(string_agg((user_id - 7000)::text, ' ' ORDER BY user_id), '') FROM users_found(wanted)
	WHERE user_id BETWEEN 7000 AND 7999
$$;

-- What is searched for, who is found, why.
CREATE TEMP TABLE search (n serial, wanted text, found text, why text);
INSERT INTO search (wanted, found, why) VALUES
	('elodie', '1', 'without accents'), ('ÉLODIE', '1', 'with accents, in capitals'),
	(E'E\u0301lodie', '1', 'with combining accents'), ('élise', '2', 'whose own accents are combining'),
	('muller elo', '1', 'words in any order, parts of words'), ('  elo   ', '1', 'blanks around it'),
	(E'elo\u00A0mull', '1', 'blanks of other kinds'), ('strasse', '1', 'a sharp s'), ('иванов', '3', 'other letters, in any case'),
	('müller dupont', '', 'each word must be there'), ('em@EXAMPLE', '1', 'the e-mail'), ('emull', '1', 'the login'),
	('bureau', '1', 'the user field'), ('1000', '1', 'the extension'), ('7777 elodie', '1', 'an incoming number'),
	('01 42 00 02 00', '1 2', 'digits without blanks'), ('01.42.00', '1 2', 'without dots'), ('01-42-00', '1 2', 'without hyphens'),
	('0142000200', '1 2', 'and the other way round'), ('+33 6 12 34', '1', 'the mobile'), ('654321', '1', 'the provisioning code'),
	('sipn', '1', 'the SIP name'), ('8801', '1', 'the number of the voicemail'), ('SALES', '2', 'the label'),
	('bureau 12 1000', '1', 'numbers that nobody has as one are several'), ('hidden', '', 'never a secret'),
	('100%_', '3', 'percent and underscore mean themselves'), ('sure\', '3', 'a backslash too'),
	('%', '3', 'nor does one alone find all'), ('b', '1 4', 'one letter'), ('foreign', '', 'nobody of another tenant'),
	('0612345678', '1', 'a number without the code of its country'), ('0033 612345678', '1', 'with the code, dialled'),
	('+33 (0)6 12 34 56 78', '1', 'with both'), ('+33142000200', '1 2', 'and the other way round'),
	('Müller-Straße, Élodie', '1', 'commas between words'), ('"elodie"', '1', 'quotes around a word'),
	(E'elo\u200Bdie', '1', 'invisible characters'), ('strasse-elodie', '1', 'a hyphen between two words'),
	(',', '', 'a sign alone means itself'),
	('', '1 2 3 4', 'nothing wanted, all'), (repeat('elodie ', 5000), '1', 'a long text');
GRANT SELECT ON search TO PUBLIC;

SET ROLE rollcall_web;
SELECT is(pg_temp.found(wanted), found, why) FROM search ORDER BY n;

-- After the worker
RESET ROLE;
SELECT is((SELECT count(*)::int FROM user_search WHERE user_id BETWEEN 7000 AND 7999), 0, 'nothing was made with the change itself');
SET ROLE rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP END LOOP; END $$;
SET ROLE rollcall_web;
SELECT is_empty('SELECT wanted, found, pg_temp.found(wanted) FROM search WHERE pg_temp.found(wanted) <> found',
	'the texts that a worker made find the same');
RESET ROLE;
SELECT is((SELECT count(*)::int FROM user_search_stale), 0, 'nobody is marked any more');
SELECT is_empty('SELECT o.name, s.text FROM user_order o JOIN user_search s USING (tenant_id, user_id) WHERE split_part(s.text, E''\n'', 2) <> o.name',
	'a text begins with the name as lists are sorted by it');

-- A change
UPDATE extension SET exten = '1007' WHERE line_id = 7001;
UPDATE incall SET user_id = 7004 WHERE exten = '7777';
UPDATE label SET name = 'Ventes' WHERE tenant_id = 1 AND name = 'sales';
UPDATE voicemail SET number = '8899' WHERE id = 7001;
SET ROLE rollcall_web;
SELECT is(pg_temp.found('1000') || '/' || pg_temp.found('1007'), '/1', 'another number is found at once, the old one no more');
SELECT is(pg_temp.found('7777'), '4', 'an incoming number is with who has it now');
SELECT is(pg_temp.found('ventes') || pg_temp.found('sales'), '2', 'a label by its new name');
SELECT is(pg_temp.found('8899'), '1', 'a voicemail by its new number');
DELETE FROM users WHERE id = 7004;
SELECT is(pg_temp.found('bo'), '', 'who is gone is not found');
RESET ROLE;
SET ROLE rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP END LOOP; END $$;
RESET ROLE;
SELECT is((SELECT string_agg(user_id::text, ' ' ORDER BY user_id) FROM user_search WHERE user_id BETWEEN 7001 AND 7999),
	'7001 7002 7003 7005 7006 7007 7008', 'nor has a text');

-- An import
SELECT set_config('rollcall.kind', 'import', true) \g /dev/null
INSERT INTO users (id, tenant_id, firstname) VALUES (7006, 1, 'Iva');
INSERT INTO line (id, tenant_id, user_id, protocol, context_id, line_template_id, provisioning_code)
SELECT 7006, 1, 7006, 'sccp', context_id, line_template_id, 654326 FROM line WHERE id = 7001;
INSERT INTO extension (tenant_id, context_id, exten, line_id) SELECT 1, context_id, '1066', id FROM line WHERE id = 7006;
INSERT INTO incall (tenant_id, context_id, exten, user_id) SELECT 1, context_id, '6666', 7006 FROM incall WHERE exten = '7777';
SELECT results_eq('SELECT low, high FROM user_search_stale', 'VALUES (7006::bigint, 7006::bigint)', 'an import marks each once');
SELECT set_config('rollcall.kind', '', true) \g /dev/null
SET ROLE rollcall_web;
SELECT is(pg_temp.found('iva') || pg_temp.found('1066') || pg_temp.found('6666'), '666',
	'whom it makes is found by all that he has');
RESET ROLE;
SET ROLE rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP END LOOP; END $$;
SET ROLE rollcall_web;
SELECT is(pg_temp.found('iva') || pg_temp.found('1066') || pg_temp.found('6666'), '666', 'also by his text');
RESET ROLE;

-- Many users: their texts are noted first, and indexed later.
CREATE FUNCTION pg_temp.crowd(wanted text) RETURNS text
LANGUAGE sql AS $$
	SELECT coalesce(string_agg((user_id / 1000 - 700)::text, ' ' ORDER BY user_id), '') FROM users_found(wanted)
$$;
INSERT INTO users (id, tenant_id, firstname, lastname)
SELECT 700000 + n * 1000, CASE n WHEN 9 THEN 2 ELSE 1 END, 'Crowd', 'Number' || n FROM generate_series(1, 9) n;
SET ROLE rollcall_web;
SELECT is(pg_temp.crowd('crowd'), '1 2 3 4 5 6 7 8', 'many are found at once');
RESET ROLE;
SET ROLE rollcall_worker;
SELECT ok(search_refresh() AND search_refresh(), 'a worker begins, after their names with their texts');
RESET ROLE;
SELECT is((SELECT count(*)::int FROM user_search_note) || '/' || (SELECT count(*)::int FROM user_search_stale WHERE NOT noted),
	'9/0', 'with notes of all of them');
UPDATE user_search_note SET text = replace(text, 'number3', 'noted3');
SET ROLE rollcall_web;
SELECT is(pg_temp.crowd('crowd'), '1 2 3 4 5 6 7 8', 'the notes find the same, of no other tenant');
SELECT is(pg_temp.crowd('noted3'), '3', 'the notes are what is read');
RESET ROLE;
UPDATE users SET lastname = 'Changed' WHERE id IN (703000, 704000);
DELETE FROM users WHERE id = 705000;
SET ROLE rollcall_web;
SELECT is(pg_temp.crowd('crowd') || '/' || pg_temp.crowd('changed') || '/' || pg_temp.crowd('noted3') || pg_temp.crowd('number4'),
	'1 2 3 4 6 7 8/3 4/', 'who is changed or deleted since is as he is now');
RESET ROLE;
SET ROLE rollcall_worker;
DO $$ BEGIN WHILE search_refresh() LOOP END LOOP; END $$;
SET ROLE rollcall_web;
SELECT is(pg_temp.crowd('crowd') || '/' || pg_temp.crowd('changed'), '1 2 3 4 6 7 8/3 4', 'and so by the index');
RESET ROLE;
SELECT is((SELECT count(*)::int FROM user_search_note) + (SELECT count(*)::int FROM user_search_stale), 0,
	'nothing stays noted or marked');

-- The others
SET ROLE rollcall_web;
SELECT throws_ok('SELECT text FROM user_search', '42501', NULL, 'web does not read the texts');
RESET ROLE;
SELECT set_config('rollcall.scope', '', true) \g /dev/null
SET ROLE rollcall_web;
SELECT is(pg_temp.found('elodie'), '', 'without a scope nobody is found');
RESET ROLE;
SELECT is_empty($$SELECT rolname FROM pg_roles WHERE pg_has_role(oid, 'rollcall_search', 'MEMBER')
	AND NOT rolsuper AND rolname <> 'rollcall_search'$$, 'nobody becomes the role of the search');
SELECT * FROM finish();
