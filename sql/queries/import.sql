-- The import: COPY into the temporary tables of sql/shared/stage.sql, and the
-- ends of a job.

-- Ids that the session has drawn and not used (CACHE of the sequences): those of a job shall follow one another.
-- name: import_drawn
DISCARD SEQUENCES;

-- Empties what a job fills; with $1 only what its judging fills.
-- name: import_empty
SELECT pg_temp.empty_tables(VARIADIC ARRAY['matched', 'found', 'missing', 'meant_twice', 'unchanged', 'deleted_user', 'disabled_user',
	'name_set', 'plan', 'plan_phone', 'plan_voicemail', 'plan_incall', 'own_incall', 'chain', 'plan_call_permission', 'plan_label',
	'made_voicemail', 'touched', 'after', 'change'] || CASE WHEN $1::boolean THEN '{}'
	ELSE '{stage,hash,position,sheet_row,issue}'::text[] END);

-- Of the columns those that a file gives: users/stage.c.
-- name: import_stage
COPY stage ({columns}) FROM STDIN;

-- name: import_issue
COPY issue (row_number, line, level, key, column_name, value, params) FROM STDIN;

-- In the boolean columns $1, which have crosses (x), an empty cell means no.
-- name: import_crosses
UPDATE stage SET
	-- each column of type boolean: {name} = coalesce({name}, CASE WHEN '{name}' = ANY ($1::text[]) AND NOT '{name}' = ANY (wrong) THEN false END),
	enabled = coalesce(enabled, CASE WHEN 'enabled' = ANY ($1::text[]) AND NOT 'enabled' = ANY (wrong) THEN false END),
	supervision_enabled = coalesce(supervision_enabled, CASE WHEN 'supervision_enabled' = ANY ($1::text[]) AND NOT 'supervision_enabled' = ANY (wrong) THEN false END),
	call_transfer_enabled = coalesce(call_transfer_enabled, CASE WHEN 'call_transfer_enabled' = ANY ($1::text[]) AND NOT 'call_transfer_enabled' = ANY (wrong) THEN false END),
	dtmf_hangup_enabled = coalesce(dtmf_hangup_enabled, CASE WHEN 'dtmf_hangup_enabled' = ANY ($1::text[]) AND NOT 'dtmf_hangup_enabled' = ANY (wrong) THEN false END),
	call_record_outgoing_external_enabled = coalesce(call_record_outgoing_external_enabled, CASE WHEN 'call_record_outgoing_external_enabled' = ANY ($1::text[]) AND NOT 'call_record_outgoing_external_enabled' = ANY (wrong) THEN false END),
	call_record_outgoing_internal_enabled = coalesce(call_record_outgoing_internal_enabled, CASE WHEN 'call_record_outgoing_internal_enabled' = ANY ($1::text[]) AND NOT 'call_record_outgoing_internal_enabled' = ANY (wrong) THEN false END),
	call_record_incoming_external_enabled = coalesce(call_record_incoming_external_enabled, CASE WHEN 'call_record_incoming_external_enabled' = ANY ($1::text[]) AND NOT 'call_record_incoming_external_enabled' = ANY (wrong) THEN false END),
	call_record_incoming_internal_enabled = coalesce(call_record_incoming_internal_enabled, CASE WHEN 'call_record_incoming_internal_enabled' = ANY ($1::text[]) AND NOT 'call_record_incoming_internal_enabled' = ANY (wrong) THEN false END),
	online_call_record_enabled = coalesce(online_call_record_enabled, CASE WHEN 'online_call_record_enabled' = ANY ($1::text[]) AND NOT 'online_call_record_enabled' = ANY (wrong) THEN false END),
	cti_profile_enabled = coalesce(cti_profile_enabled, CASE WHEN 'cti_profile_enabled' = ANY ($1::text[]) AND NOT 'cti_profile_enabled' = ANY (wrong) THEN false END),
	voicemail_attach_audio = coalesce(voicemail_attach_audio, CASE WHEN 'voicemail_attach_audio' = ANY ($1::text[]) AND NOT 'voicemail_attach_audio' = ANY (wrong) THEN false END),
	voicemail_delete_messages = coalesce(voicemail_delete_messages, CASE WHEN 'voicemail_delete_messages' = ANY ($1::text[]) AND NOT 'voicemail_delete_messages' = ANY (wrong) THEN false END),
	voicemail_ask_password = coalesce(voicemail_ask_password, CASE WHEN 'voicemail_ask_password' = ANY ($1::text[]) AND NOT 'voicemail_ask_password' = ANY (wrong) THEN false END),
	-- end
	width = width;

-- name: import_sheet_row
COPY sheet_row (row_number, sheet_row) FROM STDIN;

-- name: import_hash
COPY hash (row_number, hash) FROM STDIN;

-- The rules, counted from 0, of which nothing is there that $1 asks for (sql/shared/rules.sql).
-- name: import_idle_rules
SELECT rule FROM pg_temp.rows_there($1::json) GROUP BY rule HAVING NOT bool_or(there);

-- name: import_keep_rules
SELECT pg_temp.keep_rules($1, $2::json);

-- name: import_run_rules
CALL pg_temp.run_rules($1, $2::boolean[], NULL);

-- name: import_issues_of_file
DELETE FROM issue WHERE row_number > 0;

-- Sets the scope and the tenant of a job for this transaction.
-- name: import_scope
SELECT set_config('rollcall.scope', format('{%s}', $1::int), true), set_config('rollcall.tenant', $1::int::text, true);

-- The same of a job over all tenants.
-- name: import_scope_all
SELECT set_config('rollcall.scope', (SELECT coalesce(array_agg(id), '{}')::text FROM all_tenants()), true),
	set_config('rollcall.tenant', '', true);

-- Sets the number and the kind of the job, and the percentage of users that may be absent from a file ($2).
-- name: import_enter
SELECT set_config('rollcall.job', $1, true),
	set_config('rollcall.kind', (SELECT kind FROM job WHERE id = $1::int), true),
	set_config('rollcall.absent_limit', $2, true);

-- Takes the locks of a job (classes 1 and 2 of db.sql): those of a tenant run beside jobs of other
-- tenants, one over all tenants runs alone.
-- name: import_lock
SELECT CASE WHEN $1::int = 0 THEN pg_advisory_xact_lock(1, 0)
	ELSE pg_advisory_xact_lock_shared(1, 0) END,
	CASE WHEN $1::int <> 0 THEN pg_advisory_xact_lock(2, $1::int) END;

-- After the tenant's lock was taken: whether this is still the job's current attempt.
-- name: import_mine
SELECT state = 'running' AND attempt = $2::int AS mine FROM job WHERE id = $1::int;

-- The table position, from a JSON array of [column, place].
-- name: import_position
INSERT INTO position (column_name, n) SELECT at ->> 0, (at ->> 1)::int FROM json_array_elements($1::json) at;

-- name: import_errors
SELECT count(*) AS n FROM issue WHERE level = 'error';

-- Begins the report with the numbers that its rows have in a spreadsheet.
-- name: import_sheet_rows
WITH written AS (
	INSERT INTO job_sheet_row (job_id, row_number, tenant_id, sheet_row)
	SELECT job_id(), row_number, job_tenant(), sheet_row
	FROM sheet_row
)
SELECT EXISTS (SELECT FROM issue) AS has_issues;

-- Writes its issues in the order of the file, the first $1 of each level.  Those that point to another
-- row have its number in a spreadsheet.  Values are cut as issue_cut of csv/issue.h does it: those of the
-- rules may be whole lists.
--
-- The cause of an issue is the first one of its kind.  Of one kind are those of a key and a column that have
-- the same value (a label that does not exist, in 75 rows), and together those whose values all differ.
-- name: import_issues
WITH ranked AS (
	SELECT issue.*, position.n AS place, row_number() OVER (PARTITION BY level ORDER BY issue.row_number,
		issue.column_name IS NOT NULL, position.n NULLS LAST, issue.n) AS nth
	FROM issue
	LEFT JOIN position ON position.column_name = issue.column_name
), numbered AS (
	SELECT row_number() OVER (ORDER BY row_number, column_name IS NOT NULL, place NULLS LAST, n) AS n,
		level, key, row_number, line, column_name,
		CASE WHEN length(value) > 200 THEN left(value, 200) || '…' ELSE value END AS value,
		CASE WHEN params ? 'row'
			THEN jsonb_set(params, '{row}', to_jsonb(sheet_row(job_id(), (params ->> 'row')::bigint)::text))
			ELSE params END AS params
	FROM ranked
	WHERE nth <= $1::bigint
), alike AS (
	SELECT numbered.*, count(*) OVER (PARTITION BY level, key, column_name, value, params) > 1 AS same
	FROM numbered
)
INSERT INTO job_issue (job_id, n, tenant_id, level, key, row_number, line, column_name, value, params, cause)
SELECT job_id(), n, job_tenant(), level, key, row_number, line, column_name, value, params,
	min(n) OVER (PARTITION BY level, key, column_name, CASE WHEN same THEN value END, CASE WHEN same THEN params END,
		params ->> 'expected', params ->> 'hint')
FROM alike;

-- name: import_issue_texts
SELECT level, key, row_number, sheet_row(i.job_id, row_number), line, i.column_name, value, params::text, source.source
FROM job_issue i
LEFT JOIN job_source source ON source.job_id = $1 AND source.column_name = i.column_name
WHERE i.job_id = $1::int AND n > $2::bigint
ORDER BY n
LIMIT 1000;

-- How many of each resource were made.
-- name: import_counts
SELECT jsonb_build_object(
	'users', count(*),
	'lines', count(*) FILTER (WHERE line),
	'extensions', count(*) FILTER (WHERE line AND exten IS NOT NULL AND extension_id IS NULL),
	'incalls', (SELECT count(*) FROM plan_incall WHERE incall_id IS NULL),
	'voicemails', count(*) FILTER (WHERE voicemail)) AS counts
FROM (SELECT line_protocol IS NOT NULL AND context_id IS NOT NULL AS line, exten, extension_id,
	made_voicemail_id = new_voicemail_id AS voicemail FROM plan_of_import) made;

-- The counts of an update: rows that changed something, resources that were made, and if there are any,
-- the users that were made, disabled and deleted.
-- name: update_counts
SELECT jsonb_build_object(
	'changed', own.n + count(DISTINCT row_number) FILTER (WHERE NOT is_new AND NOT touches_user),
	'unchanged', (SELECT count(*) FROM unchanged) + (SELECT count(*) FROM plan)
		- own.n - count(DISTINCT row_number) FILTER (WHERE NOT touches_user),
	'lines', count(*) FILTER (WHERE how = 'created' AND what = 'line'),
	'extensions', count(*) FILTER (WHERE how = 'created' AND what = 'extension'),
	'incalls', count(*) FILTER (WHERE how = 'created' AND what = 'incall'),
	'voicemails', count(*) FILTER (WHERE how = 'created' AND what = 'voicemail'))
	|| jsonb_strip_nulls(jsonb_build_object(
		'created', nullif(count(*) FILTER (WHERE how = 'created' AND what = 'user'), 0),
		'disabled', (SELECT nullif(count(*), 0) FROM disabled_user),
		'deleted', (SELECT nullif(count(*), 0) FROM deleted_user))) AS counts
FROM (SELECT count(*) AS n FROM plan WHERE touches_user) own
LEFT JOIN (touched LEFT JOIN plan USING (row_number)) ON true
GROUP BY own.n;

-- --- checks: applied, compared, rolled back ----------------------------------

-- name: import_savepoint
SAVEPOINT apply;

-- Until the rollback to the savepoint no number is taken from a sequence, because a rollback does not
-- give it back.
-- name: import_rehearse
SELECT set_config('rollcall.rehearsal', 'on', true);

-- name: import_undo
ROLLBACK TO SAVEPOINT apply;

-- A check hashes no passwords: a placeholder stands for each hash, and is rolled back.
-- name: import_hash_none
INSERT INTO hash SELECT row_number, '$' FROM stage WHERE plain_password;

-- Deletes the report of an earlier check of the job.
-- name: import_forget
WITH issues AS (
	DELETE FROM job_issue WHERE job_id = $1::int
), issue_rows AS (
	DELETE FROM job_issue_row WHERE job_id = $1::int
), sheet_rows AS (
	DELETE FROM job_sheet_row WHERE job_id = $1::int
), changes AS (
	DELETE FROM job_change WHERE job_id = $1::int
), planned AS (
	DELETE FROM job_planned WHERE job_id = $1::int
)
DELETE FROM job_chunk WHERE job_id = $1::int AND kind = 'masked';

-- The users that an import would create.
-- name: import_planned
INSERT INTO job_planned (job_id, n, tenant_id, row_number, name, exten, incalls, username, voicemail)
SELECT job_id(), row_number() OVER (ORDER BY row_number), job_tenant(), row_number,
	concat_ws(' ', firstname, lastname), CASE WHEN line_protocol IS NOT NULL THEN exten END,
	nullif(array_to_string(incall_exten, ', '), ''), username, voicemail_number
FROM plan_of_import;

-- The users that an update would create, disable and delete; last those that no row names.
-- name: update_planned
INSERT INTO job_planned (job_id, n, tenant_id, row_number, name, exten, how, user_uuid)
SELECT job_id(), row_number() OVER (ORDER BY row_number < 0, abs(row_number)), job_tenant(),
	greatest(row_number, 0), name, exten, how, uuid
FROM (
	SELECT plan.row_number, concat_ws(' ', stage.firstname, stage.lastname) AS name,
		CASE WHEN plan.line_protocol IS NOT NULL THEN plan.exten END AS exten, 'created' AS how, NULL AS uuid
	FROM plan
	JOIN stage ON stage.row_number = plan.row_number
	WHERE plan.is_new
	UNION ALL
	SELECT leaver.row_number, concat_ws(' ', users.firstname, users.lastname), extension.exten, leaver.how, users.uuid
	FROM (SELECT *, 'deleted' AS how FROM deleted_user UNION ALL SELECT *, 'disabled' FROM disabled_user) leaver
	JOIN users ON users.tenant_id = leaver.tenant_id AND users.id = leaver.user_id
	LEFT JOIN line ON line.tenant_id = users.tenant_id AND line.user_id = users.id
	LEFT JOIN extension ON extension.tenant_id = line.tenant_id AND extension.line_id = line.id
) someone;

-- What an import would do, by resource: how many it makes, and how many existing ones it uses.
-- name: import_plan
SELECT json_build_object('create', count(*), 'update', 0, 'unchanged', 0, 'resources', json_build_object(
	'lines', json_build_object('create', count(*) FILTER (WHERE line)),
	'extensions', json_build_object(
		'create', count(*) FILTER (WHERE line AND exten IS NOT NULL AND extension_id IS NULL),
		'update', count(*) FILTER (WHERE line AND extension_id IS NOT NULL)),
	'incalls', (SELECT json_build_object('create', count(*) FILTER (WHERE incall_id IS NULL),
		'update', count(*) FILTER (WHERE incall_id IS NOT NULL)) FROM plan_incall),
	'voicemails', json_build_object(
		'create', count(*) FILTER (WHERE voicemail),
		'update', (SELECT count(*) FROM made_voicemail WHERE how = 'taken over'),
		'unchanged', count(DISTINCT (tenant_id, voicemail_id)) FILTER (WHERE voicemail_id IS NOT NULL)
			- (SELECT count(*) FROM made_voicemail WHERE how = 'taken over')),
	'call_permissions', json_build_object('create', (SELECT count(*) FROM plan_call_permission)),
	'labels', json_build_object('create', (SELECT count(*) FROM plan_label)))) AS plan
FROM (SELECT line_protocol IS NOT NULL AND context_id IS NOT NULL AS line, exten, extension_id,
	made_voicemail_id = new_voicemail_id AS voicemail, tenant_id, voicemail_id FROM plan_of_import) made;

-- What an update would do.  Unchanged are the resources of the file's users that update/resolve has
-- looked up because the file is about them; also an existing voicemail that they take or share.
-- name: update_plan
WITH about AS MATERIALIZED (
	SELECT coalesce(bool_or(column_name IN (
			-- each column of phone: '{name}',
			'line_protocol', 'exten', 'context', 'line_site', 'sip_username', 'sip_secret',
			-- end
			'provisioning_code')), false) AS phone,
		coalesce(bool_or(column_name IN (
			-- each column of voicemail: '{name}'
			'voicemail_name', 'voicemail_number', 'voicemail_context', 'voicemail_password',
			'voicemail_email', 'voicemail_attach_audio', 'voicemail_delete_messages',
			'voicemail_ask_password'
			-- end
		)), false) AS voicemail,
		coalesce(bool_or(column_name IN (
			-- each column of incall: '{name}'
			'incall_exten', 'incall_context', 'incall_ring_seconds'
			-- end
		)), false) AS incall,
		coalesce(bool_or(column_name = 'call_permissions'), false) AS call_permissions,
		coalesce(bool_or(column_name = 'labels'), false) AS labels
	FROM position
), did AS (
	SELECT what, count(*) FILTER (WHERE how = 'created') AS created,
		count(DISTINCT CASE what WHEN 'voicemail' THEN plan.voicemail_id ELSE row_number END)
			FILTER (WHERE how = 'changed') AS changed,
		count(*) FILTER (WHERE how = 'removed') AS removed,
		count(*) FILTER (WHERE how = 'detached') AS detached
	FROM touched
	LEFT JOIN plan USING (row_number)
	GROUP BY what
), alone (place, what, n) AS (
	SELECT 1, 'line', count(*) FROM plan
	WHERE line_id IS NOT NULL AND row_number NOT IN (SELECT row_number FROM touched WHERE what = 'line')
	UNION ALL
	SELECT 1, 'line', count(*) FROM unchanged JOIN line USING (tenant_id, user_id) WHERE (SELECT phone FROM about)
	UNION ALL
	SELECT 2, 'extension', count(*) FROM plan
	WHERE old_extension_id IS NOT NULL
		AND row_number NOT IN (SELECT row_number FROM touched WHERE what = 'extension')
	UNION ALL
	SELECT 2, 'extension', count(*) FROM unchanged JOIN line USING (tenant_id, user_id)
	JOIN extension ON extension.tenant_id = line.tenant_id AND extension.line_id = line.id
	WHERE (SELECT phone FROM about)
	UNION ALL
	SELECT 3, 'incall', coalesce(sum(n), 0) FROM own_incall
	WHERE row_number NOT IN (SELECT row_number FROM touched WHERE what = 'incall')
	UNION ALL
	SELECT 3, 'incall', count(*) FROM unchanged JOIN incall USING (tenant_id, user_id) WHERE (SELECT incall FROM about)
	UNION ALL
	SELECT 4, 'voicemail', count(DISTINCT (tenant_id, voicemail_id)) FROM plan
	WHERE voicemail_id IS NOT NULL
		AND (SELECT voicemail FROM about)
		AND voicemail_id NOT IN (SELECT voicemail.voicemail_id FROM plan voicemail
			WHERE voicemail.voicemail_id IS NOT NULL AND row_number IN (
				SELECT row_number FROM touched WHERE what = 'voicemail' AND how <> 'detached'))
	UNION ALL
	-- Nobody else of the file has these (update/resolve/13_unchanged.sql).
	SELECT 4, 'voicemail', count(DISTINCT (tenant_id, voicemail_id)) FROM unchanged
	WHERE voicemail_id IS NOT NULL AND (SELECT voicemail FROM about)
	UNION ALL
	SELECT 5, 'call_permission', (SELECT count(*) FROM plan_call_permission)
		- (SELECT count(*) FROM touched WHERE what = 'call_permission' AND how = 'created')
		+ (SELECT count(*) FROM unchanged JOIN user_call_permission USING (tenant_id, user_id)
			WHERE (SELECT call_permissions FROM about))
	UNION ALL
	SELECT 6, 'label', (SELECT count(*) FROM plan_label)
		- (SELECT count(*) FROM touched WHERE what = 'label' AND how = 'created')
		+ (SELECT count(*) FROM unchanged JOIN user_label USING (tenant_id, user_id) WHERE (SELECT labels FROM about))
)
SELECT json_strip_nulls(json_build_object('create', (SELECT count(*) FROM plan WHERE is_new),
	'update', users.n,
	'unchanged', (SELECT count(*) FROM unchanged) + (SELECT count(*) FROM plan WHERE NOT is_new) - users.n,
	'disable', (SELECT nullif(count(*), 0) FROM disabled_user),
	'remove', (SELECT nullif(count(*), 0) FROM deleted_user),
	'resources', json_object_agg(what || 's', json_build_object(
		'create', coalesce(created, 0), 'update', coalesce(changed, 0), 'unchanged', alone.n,
		'remove', coalesce(removed, 0), 'detach', coalesce(detached, 0)) ORDER BY place))) AS plan
FROM (SELECT place, what, sum(n) AS n FROM alone GROUP BY place, what) alone
LEFT JOIN did USING (what)
CROSS JOIN (SELECT (SELECT count(*) FROM plan WHERE touches_user)
	+ (SELECT count(DISTINCT row_number) FROM touched JOIN plan USING (row_number) WHERE NOT is_new AND NOT touches_user) AS n) users
GROUP BY users.n;

-- Whatever the statistics say, the users of a file are joined as a whole; the rollback
-- to the savepoint takes this back.
-- name: update_after_enter
SELECT set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true);

-- Users whose own columns alone change are compared without this.
-- name: update_after_save
COPY (
	SELECT plan.row_number, user_cells.cells
	FROM plan
	JOIN user_cells ON user_cells.uuid = plan.uuid
	WHERE plan.row_number IN (SELECT row_number FROM touched WHERE what <> 'user' OR how = 'created')
) TO STDOUT;

-- name: update_after_load
COPY after (row_number, cells) FROM STDIN;

-- The changes in the form in which they are shown; $1: the columns with secrets.
-- name: update_changes
INSERT INTO job_change (job_id, n, tenant_id, row_number, line, user_uuid, user_name, column_name,
	old, new, generated)
SELECT (SELECT job_id()), row_number() OVER (ORDER BY change.row_number < 0, abs(change.row_number), change.n), (SELECT job_tenant()),
	greatest(change.row_number, 0), coalesce(plan.line, stage.line, 0),
	coalesce(users.uuid, CASE WHEN (SELECT job_option('match')) IS NULL THEN plan.uuid END),
	CASE WHEN users.id IS NULL THEN concat_ws(' ', stage.firstname, stage.lastname)
		ELSE concat_ws(' ', users.firstname, users.lastname) END, change.column_name,
	CASE WHEN secret AND old IS NOT NULL THEN '********' WHEN length(old) > 1000 THEN left(old, 1000) || '…'
		ELSE old END,
	CASE WHEN secret AND new IS NOT NULL THEN '********' WHEN length(new) > 1000 THEN left(new, 1000) || '…'
		ELSE new END,
	generated
FROM (SELECT *, column_name = ANY ($1::text[]) AS secret FROM change) change
LEFT JOIN plan ON plan.row_number = change.row_number
-- Only of a user who is made or leaves the row says something more.
LEFT JOIN (SELECT * FROM stage WHERE (SELECT EXISTS (SELECT FROM plan WHERE is_new) OR EXISTS (SELECT FROM deleted_user))) stage
	ON stage.row_number = change.row_number
LEFT JOIN (SELECT * FROM deleted_user UNION ALL SELECT * FROM disabled_user) leaver
	ON leaver.row_number = change.row_number
LEFT JOIN users ON users.tenant_id = coalesce(plan.tenant_id, leaver.tenant_id)
	AND users.id = coalesce(plan.user_id, leaver.user_id);

-- The digest of a plan, over counts ($1), warnings, and what each row finds or changes, by the thousand rows
-- (sql/shared/rules.sql).
-- name: import_digest
SELECT encode(sha256(convert_to(concat_ws(E'\n', $1::text,
	pg_temp.digest_of_warnings(),
	(SELECT pg_temp.digest(part ORDER BY thousand) FROM (
		SELECT row_number / 1000 AS thousand, string_agg(sha256(convert_to(json_build_array(row_number, context_id, line_template_id,
			cti_profile_id, voicemail_context_id, extension_id, voicemail_id)::text, 'UTF8')), '' ORDER BY row_number) AS part
		FROM plan_of_import GROUP BY row_number / 1000) rows),
	(SELECT pg_temp.digest(part ORDER BY thousand) FROM (
		SELECT row_number / 1000 AS thousand, string_agg(sha256(convert_to(json_build_array(row_number, exten, context_id,
			incall_id)::text, 'UTF8')), '' ORDER BY row_number, exten, context_id) AS part
		FROM plan_incall GROUP BY row_number / 1000) items)), 'UTF8')), 'hex') AS digest;

-- The digest is shown, so it is keyed: else somebody could find a secret of four digits by trying all.
-- name: update_digest
SELECT encode(sha256(convert_to(concat_ws(E'\n', (SELECT plan_key FROM job WHERE id = job_id()), $1::text,
	pg_temp.digest_of_warnings(),
	(SELECT pg_temp.digest(int8send(user_id) ORDER BY user_id) FROM disabled_user),
	(SELECT pg_temp.digest(part ORDER BY thousand) FROM (
		SELECT row_number / 1000 AS thousand, string_agg(sha256(convert_to(json_build_array(row_number, column_name, old, new,
			generated)::text, 'UTF8')), '' ORDER BY row_number, n) AS part
		FROM change GROUP BY row_number / 1000) cells)), 'UTF8')), 'hex') AS digest;

-- --- undo --------------------------------------------------------------------

-- How many users came back, were changed back, or were deleted.
-- name: undo_counts
SELECT jsonb_build_object(
	'users', count(*) FILTER (WHERE relation = 'users' AND act = 'insert'),
	'deleted', count(*) FILTER (WHERE relation = 'users' AND act = 'delete'),
	'changed', count(DISTINCT user_id) FILTER (WHERE act IS NOT NULL AND user_id NOT IN (
		SELECT id FROM back own WHERE own.relation = 'users' AND own.act IN ('insert', 'delete')))) AS counts
FROM back;

-- name: undo_plan
SELECT json_build_object('create', users.made, 'update', users.changed, 'remove', users.gone,
	'resources', json_object_agg(what, json_build_object('create', n.made, 'update', n.changed, 'remove', n.gone) ORDER BY place)) AS plan
FROM (
	SELECT count(*) FILTER (WHERE relation = 'users' AND act = 'insert') AS made,
		count(*) FILTER (WHERE relation = 'users' AND act = 'delete') AS gone,
		count(DISTINCT user_id) FILTER (WHERE act IS NOT NULL AND user_id NOT IN (
			SELECT id FROM back own WHERE own.relation = 'users' AND own.act IN ('insert', 'delete'))) AS changed
	FROM back
) users
CROSS JOIN (
	SELECT place, what, count(*) FILTER (WHERE act = 'insert') AS made, count(*) FILTER (WHERE act = 'update') AS changed,
		count(*) FILTER (WHERE act = 'delete') + coalesce((SELECT n FROM along WHERE along.relation = resource.relation), 0) AS gone
	FROM (VALUES (1, 'lines', 'line'), (2, 'extensions', 'extension'), (3, 'incalls', 'incall'),
		(4, 'voicemails', 'voicemail'), (5, 'call_permissions', 'user_call_permission'), (6, 'labels', 'user_label')
	) AS resource (place, what, relation)
	LEFT JOIN back USING (relation)
	GROUP BY place, what, resource.relation
) n
GROUP BY users.made, users.changed, users.gone;

-- name: undo_digest
SELECT encode(sha256(convert_to(concat_ws(E'\n', (SELECT plan_key FROM job WHERE id = job_id()), $1::text,
	(SELECT pg_temp.digest(sha256(convert_to(concat_ws(' ', level, key, column_name, value, params), 'UTF8'))
		ORDER BY key, column_name, value, params::text) FROM issue),
	(SELECT pg_temp.digest(part ORDER BY relation, thousand) FROM (
		SELECT relation, id / 1000 AS thousand, string_agg(sha256(convert_to(concat_ws(' ', relation, id, item_id, act, cells::text),
			'UTF8')), '' ORDER BY id, item_id) AS part
		FROM back WHERE act IS NOT NULL GROUP BY relation, id / 1000) rows)), 'UTF8')), 'hex') AS digest;

-- The end of a job, fenced: no row if another attempt has taken over, or somebody has cancelled it.  A
-- job that is applied keeps the plan of its check; one that should be applied but has another plan now
-- ($6, $7) ends as checked.
-- name: import_end
UPDATE job
SET state = $3, phase = NULL, expected_at = NULL, percent = 100,
	done = $4::bigint, total = $4::bigint, rows = $4::bigint,
	errors = (SELECT count(*) FROM issue WHERE level = 'error'),
	warnings = (SELECT count(*) FROM issue WHERE level = 'warning'),
	wrong_rows = (SELECT count(DISTINCT row_number) FROM issue WHERE level = 'error' AND row_number > 0),
	counts = $5::jsonb, kept_as_sent = $3 <> 'done',
	plan = coalesce($6::json, plan), plan_digest = coalesce($7, plan_digest),
	plan_changed = $3 = 'checked' AND applied_by IS NOT NULL,
	applied_by = CASE WHEN $3 <> 'checked' THEN applied_by END,
	ended_at = clock_timestamp()
WHERE id = $1::int AND attempt = $2::int AND state = 'running' AND cancelled_by IS NULL
RETURNING errors, warnings, pg_notify('rollcall_ended', id::text);
