-- The users that the rows name, by their uuid or by the column that the option match says, and
-- those that the job makes.  A row whose user is not found has no plan, and a check says so.

-- Rows of a file are wide: they are neither sorted nor hashed where the other side is small.  One
-- column is enough to know how many they are.
ANALYZE stage (row_number);
SELECT set_config('enable_mergejoin', 'off', true);

-- Only the part of the chosen column is run.
INSERT INTO candidate (row_number, tenant_id, user_id, voicemail_id)
SELECT stage.row_number, users.tenant_id, users.id, users.voicemail_id
FROM stage
JOIN users ON users.uuid = stage.uuid
WHERE (SELECT job_option('match')) IS NULL
UNION ALL
SELECT stage.row_number, users.tenant_id, users.id, users.voicemail_id
FROM stage
JOIN users ON users.username_key = lower(stage.username)
WHERE (SELECT job_option('match')) = 'username'
UNION ALL
SELECT stage.row_number, users.tenant_id, users.id, users.voicemail_id
FROM stage
JOIN users ON users.email_key = lower(stage.email)
WHERE (SELECT job_option('match')) = 'email'
UNION ALL
SELECT stage.row_number, users.tenant_id, users.id, users.voicemail_id
FROM stage
JOIN users ON btrim(users.userfield) = btrim(stage.userfield)
WHERE (SELECT job_option('match')) = 'userfield' AND users.tenant_id = coalesce(stage.entity_id, users.tenant_id)
UNION ALL
SELECT stage.row_number, users.tenant_id, users.id, users.voicemail_id
FROM stage
JOIN extension ON extension.exten = stage.exten
JOIN context ON context.tenant_id = extension.tenant_id AND context.id = extension.context_id
JOIN line ON line.tenant_id = extension.tenant_id AND line.id = extension.line_id
JOIN users ON users.tenant_id = line.tenant_id AND users.id = line.user_id
WHERE (SELECT job_option('match')) = 'exten' AND extension.tenant_id = coalesce(stage.entity_id, extension.tenant_id)
	AND context.name = coalesce(stage.context, context.name);

-- Autovacuum skips temporary tables.  Without statistics each row would be compared with each.
ANALYZE candidate;

INSERT INTO found (row_number, tenant_id, user_id, voicemail_id)
SELECT row_number, tenant_id, user_id, voicemail_id
FROM candidate
WHERE (SELECT job_option('match')) IS NULL AND row_number NOT IN (SELECT row_number FROM stage WHERE deletes);

-- By another column than its uuid several may be meant.
INSERT INTO found (row_number, tenant_id, user_id, voicemail_id)
SELECT one.row_number, one.tenant_id, one.user_id, one.voicemail_id
FROM (
	SELECT row_number, min(tenant_id) AS tenant_id, min(user_id) AS user_id, min(voicemail_id) AS voicemail_id
	FROM candidate
	WHERE (SELECT job_option('match')) IS NOT NULL
	GROUP BY row_number
	HAVING count(*) = 1
) one
WHERE one.row_number NOT IN (SELECT row_number FROM stage WHERE deletes);

-- With the option create, a row that finds nobody makes a user, by the rules of an import.
INSERT INTO found (row_number, tenant_id, user_id, is_new)
SELECT stage.row_number, tenant.id, stage.new_user_id, true
FROM stage
JOIN row_key USING (row_number)
LEFT JOIN tenant ON tenant.id = coalesce(job_tenant(), stage.entity_id)
WHERE (SELECT job_option('create')) = '1' AND NOT stage.deletes AND NOT row_key.column_name = ANY (stage.wrong)
	AND stage.row_number NOT IN (SELECT row_number FROM candidate);

-- The column that finds the user is not changed: the stored case stays, and so do the blanks around
-- a user field, and the context where the row leaves it empty.
UPDATE stage
SET username = CASE job.match WHEN 'username' THEN users.username ELSE stage.username END,
	email = CASE job.match WHEN 'email' THEN users.email ELSE stage.email END,
	userfield = CASE job.match WHEN 'userfield' THEN users.userfield ELSE stage.userfield END,
	context = CASE job.match WHEN 'exten' THEN coalesce(stage.context, context.name) ELSE stage.context END
FROM (SELECT job_option('match') AS match OFFSET 0) job
CROSS JOIN found
JOIN users ON users.tenant_id = found.tenant_id AND users.id = found.user_id
LEFT JOIN line ON line.tenant_id = users.tenant_id AND line.user_id = users.id
LEFT JOIN context ON context.tenant_id = line.tenant_id AND context.id = line.context_id
WHERE (SELECT job_option('match')) IN ('username', 'email', 'exten', 'userfield')
	AND found.row_number = stage.row_number AND NOT found.is_new
	AND CASE job.match WHEN 'username' THEN stage.username <> users.username
		WHEN 'email' THEN stage.email <> users.email WHEN 'userfield' THEN stage.userfield <> users.userfield
		ELSE stage.context IS NULL END;

ANALYZE found;
