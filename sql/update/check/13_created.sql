-- A row that makes a user has what an import needs.
-- rows of plan: is_new
INSERT INTO issue (row_number, line, key, column_name)
SELECT plan.row_number, plan.line, 'missing', needed.column_name
FROM plan
CROSS JOIN given
CROSS JOIN LATERAL (VALUES
	('firstname', given.firstname),
	-- A user found by exten must get that number: else each run of the file would make one more.
	('context', plan.exten IS NULL OR plan.context IS NOT NULL OR (SELECT job_option('match')) IS DISTINCT FROM 'exten'),
	('line_protocol', plan.exten IS NULL OR plan.line_protocol IS NOT NULL OR plan.context IS NOT NULL
		OR (SELECT job_option('match')) IS DISTINCT FROM 'exten')
) AS needed (column_name, there)
WHERE plan.is_new AND NOT needed.there AND NOT needed.column_name = ANY (plan.wrong);

INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, CASE WHEN entity_id IS NULL THEN 'missing.entity' ELSE 'unknown.entity' END, 'entity_id', entity_id
FROM plan
WHERE is_new AND tenant_id IS NULL AND NOT 'entity_id' = ANY (wrong);

-- If the user is another tenant's, the text does not say whose.
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT plan.row_number, plan.line, 'taken.user', 'uuid', plan.uuid
FROM pg_temp.parts_of('plan') part
CROSS JOIN LATERAL taken_uuids(ARRAY(SELECT uuid FROM plan WHERE ctid >= part.low AND ctid < part.high AND is_new)) taken
JOIN plan ON plan.uuid = taken.key
WHERE plan.is_new;

-- Warn of secrets that an export hid.
INSERT INTO issue (row_number, line, level, key, column_name)
SELECT row_number, line, 'warning', 'masked', hidden.column_name
FROM plan
CROSS JOIN LATERAL unnest(kept) AS hidden (column_name)
WHERE is_new AND hidden.column_name IN (
	-- each column secret: '{name}'
	'call_permission_password', 'password', 'sip_secret', 'voicemail_password'
	-- end
);

-- Warn of a row without a key: each run of the file makes its user.
INSERT INTO issue (row_number, line, level, key, column_name)
SELECT plan.row_number, plan.line, 'warning', 'key_empty', row_key.column_name
FROM plan
JOIN row_key USING (row_number)
WHERE plan.is_new AND row_key.value IS NULL;
