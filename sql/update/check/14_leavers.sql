-- Those who leave: the sender must have the right to delete users, the filter must exist, and
-- they must not be too many.
INSERT INTO issue (row_number, line, key, column_name)
SELECT row_number, line, 'delete_right', '_delete'
FROM stage
WHERE deletes AND NOT (SELECT deletes FROM job WHERE id = job_id());

-- With a context or label that does not exist nobody would be absent.
INSERT INTO issue (row_number, key, column_name, value, params)
SELECT 0, wanted.key, wanted.option, wanted.name, jsonb_strip_nulls(jsonb_build_object('nearest', (
	SELECT named.name
	FROM (SELECT 'context' AS option, name FROM context UNION SELECT 'label', name FROM label) named
	WHERE named.option = wanted.option AND levenshtein_less_equal(left(wanted.name, 60), left(named.name, 60), 3) <= 3
	ORDER BY levenshtein(left(wanted.name, 60), left(named.name, 60)), named.name
	LIMIT 1)))
FROM (VALUES ('context', 'unknown.context', (SELECT job_option('context'))),
	('label', 'unknown.label', (SELECT job_option('label')))) AS wanted (option, key, name)
WHERE wanted.name IS NOT NULL
	AND CASE wanted.option WHEN 'context' THEN wanted.name NOT IN (SELECT name FROM context)
		ELSE wanted.name NOT IN (SELECT name FROM label) END;

-- Only if the user of each row is known: else the others may be named wrongly, not absent.
INSERT INTO issue (row_number, key, params)
SELECT 0, 'absent_limit', jsonb_build_object('n', absent.n::text, 'all', everybody.n::text,
	'limit', current_setting('rollcall.absent_limit'))
FROM (
	SELECT count(*) AS n
	FROM (SELECT row_number FROM deleted_user UNION ALL SELECT row_number FROM disabled_user) leaver
	WHERE row_number < 0
) absent
CROSS JOIN (SELECT count(*) AS n FROM named_scope WHERE (SELECT job_option('absent')) IS NOT NULL) everybody
WHERE (SELECT job_option('absent')) IS NOT NULL
	AND absent.n * 100 > everybody.n * (SELECT current_setting('rollcall.absent_limit')::int)
	AND absent.n::text IS DISTINCT FROM (SELECT job_option('absent_confirm'))
	AND NOT EXISTS (SELECT FROM stage WHERE NOT deletes AND row_number NOT IN (
		SELECT row_number FROM found UNION ALL SELECT row_number FROM unchanged));
