-- The users that the rows name, by their uuid or by the column that the option match says, and
-- those that the job makes.  A row whose user is not found has no plan, and a check says so.

-- Rows of a file are wide: they are neither sorted nor hashed where the other side is small.  One
-- column and few rows are enough to know how many they are.
SELECT set_config('enable_mergejoin', 'off', true), set_config('default_statistics_target', '10', true);
ANALYZE stage (row_number);

-- By another column than the uuid several may be meant.  Only the part of the chosen one is run.
INSERT INTO matched (row_number, tenant_id, user_id, voicemail_id)
SELECT stage.row_number, users.tenant_id, users.id, users.voicemail_id
FROM stage
JOIN users ON users.uuid = stage.uuid
WHERE (SELECT job_option('match')) IS NULL AND stage.deletes
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
ANALYZE matched;

-- The column that finds the user is not changed: the stored case stays, and so do the blanks around
-- a user field, and the context where the row leaves it empty.
UPDATE stage
SET username = CASE job.match WHEN 'username' THEN users.username ELSE stage.username END,
	email = CASE job.match WHEN 'email' THEN users.email ELSE stage.email END,
	userfield = CASE job.match WHEN 'userfield' THEN users.userfield ELSE stage.userfield END,
	context = CASE job.match WHEN 'exten' THEN coalesce(stage.context, context.name) ELSE stage.context END
FROM (SELECT job_option('match') AS match OFFSET 0) job
CROSS JOIN (
	SELECT row_number, min(tenant_id) AS tenant_id, min(user_id) AS user_id
	FROM matched
	GROUP BY row_number
	HAVING count(*) = 1
) one
JOIN users ON users.tenant_id = one.tenant_id AND users.id = one.user_id
LEFT JOIN line ON line.tenant_id = users.tenant_id AND line.user_id = users.id
LEFT JOIN context ON context.tenant_id = line.tenant_id AND context.id = line.context_id
WHERE (SELECT job_option('match')) IN ('username', 'email', 'exten', 'userfield')
	AND one.row_number = stage.row_number AND NOT stage.deletes
	AND CASE job.match WHEN 'username' THEN stage.username <> users.username
		WHEN 'email' THEN stage.email <> users.email WHEN 'userfield' THEN stage.userfield <> users.userfield
		ELSE stage.context IS NULL END;

-- One join finds the users and compares what their own rows have, for applying and for a check:
-- whether a column of theirs becomes another, and whether all of these cells are what is stored.
DO $found$
DECLARE
	names constant text[] := ARRAY(SELECT column_name FROM position);
BEGIN
	EXECUTE (SELECT format($sql$
		INSERT INTO found (row_number, tenant_id, user_id, uuid, voicemail_id, differs, alike)
		SELECT row_number, tenant_id, id, uuid, voicemail_id, differs, NOT differs AND alike
		FROM (
			SELECT stage.row_number, users.tenant_id, users.id, users.uuid, users.voicemail_id, %s AS differs,
				stage.wrong = '{}' AND coalesce(stage.entity_id, users.tenant_id) = users.tenant_id
				-- An account without users.secrets must not learn which value is stored.
				AND ((SELECT job_secrets()) OR num_nonnulls(
					-- each column secret: stage.{name}
					stage.call_permission_password, stage.password, stage.sip_secret,
					stage.voicemail_password
					-- end
				) = 0)
				-- A form may show what somebody else has changed since.
				AND (SELECT job_option('seen')) IS NULL %s AS alike
			FROM %s %s
			WHERE NOT stage.deletes
			OFFSET 0
		) compared $sql$,
		coalesce((SELECT string_agg(format('%s IS DISTINCT FROM users.%I', wanted, kept), ' OR ') FROM own_columns(names)), 'false'),
		concat(CASE WHEN 'cti_profile_name' = ANY (names) THEN 'AND stage.cti_profile_name IS NOT DISTINCT FROM cti_profile.name' END,
			CASE WHEN 'password' = ANY (names) THEN $and$ AND ('password' = ANY (stage.kept)
				OR NOT stage.plain_password AND stage.password IS NOT DISTINCT FROM users.password_hash) $and$ END),
		CASE WHEN job_option('match') IS NULL THEN 'stage JOIN users ON users.uuid = stage.uuid'
			ELSE $one$ (
				SELECT row_number, min(tenant_id) AS tenant_id, min(user_id) AS user_id
				FROM matched
				GROUP BY row_number
				HAVING count(*) = 1
			) one
			JOIN stage USING (row_number)
			JOIN users ON users.tenant_id = one.tenant_id AND users.id = one.user_id $one$ END,
		CASE WHEN 'cti_profile_name' = ANY (names) THEN
			'LEFT JOIN cti_profile ON cti_profile.tenant_id = users.tenant_id AND cti_profile.id = users.cti_profile_id' END));
END
$found$;

ANALYZE found;

-- By uuid a row means one user at most.
INSERT INTO missing
SELECT row_number
FROM stage
WHERE (SELECT job_option('match') IS NOT NULL OR (SELECT count(*) FROM stage) > (SELECT count(*) FROM candidate))
	AND row_number NOT IN (SELECT row_number FROM candidate);

INSERT INTO meant_twice
SELECT user_id FROM candidate GROUP BY user_id HAVING count(*) > 1;

-- With the option create, a row that finds nobody makes a user, by the rules of an import.
INSERT INTO found (row_number, tenant_id, user_id, is_new)
SELECT stage.row_number, tenant.id, stage.new_user_id, true
FROM missing
JOIN stage USING (row_number)
JOIN row_key USING (row_number)
LEFT JOIN tenant ON tenant.id = coalesce(job_tenant(), stage.entity_id)
WHERE (SELECT job_option('create')) = '1' AND NOT stage.deletes AND NOT row_key.column_name = ANY (stage.wrong);

ANALYZE missing;
ANALYZE meant_twice;
