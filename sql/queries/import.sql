-- The import: COPY into the temporary tables of sql/shared/stage.sql, and the
-- ends of a job.  The columns of import_stage are those of csv/fields.def in
-- its order (tests/unit/test_drift.c).

-- name: import_stage
COPY stage (row_number, line, wrong, kept, uuid, entity_id, subscription_type, firstname, lastname, email,
	language, mobile_phone_number, outgoing_caller_id, enabled, supervision_enabled,
	call_transfer_enabled, dtmf_hangup_enabled, call_record_outgoing_external_enabled,
	call_record_outgoing_internal_enabled, call_record_incoming_external_enabled,
	call_record_incoming_internal_enabled, online_call_record_enabled, simultaneous_calls,
	ring_seconds, call_permission_password, userfield, username, password, cti_profile_enabled,
	cti_profile_name, labels, line_protocol, exten, context, line_site, sip_username, sip_secret,
	incall_exten, incall_context, incall_ring_seconds, voicemail_name, voicemail_number,
	voicemail_context, voicemail_password, voicemail_email, voicemail_attach_audio,
	voicemail_delete_messages, voicemail_ask_password, call_permissions, plain_password, drawn, drawn_secret,
	new_uuid, new_line_uuid)
FROM STDIN;

-- name: import_issue
COPY issue (row_number, line, level, key, column_name, value, params) FROM STDIN;

-- name: import_position
COPY position (column_name, n) FROM STDIN;

-- name: import_hash
COPY hash (row_number, hash) FROM STDIN;

-- name: import_columns
SELECT column_name FROM position;

-- name: import_issues_of_file
DELETE FROM issue WHERE row_number > 0;

-- Scope, tenant and number of the job, for this transaction.
-- name: import_enter
SELECT set_config('rollcall.scope', CASE WHEN $2::int = 0
		THEN (SELECT coalesce(array_agg(id), '{}')::text FROM all_tenants())
		ELSE format('{%s}', $2::int) END, true),
	set_config('rollcall.tenant', coalesce(nullif($2::int, 0)::text, ''), true),
	set_config('rollcall.job', $1, true);

-- A job of a tenant beside those of other tenants, one over all tenants alone.
-- LOCK_ALL and LOCK_TENANT of db/lock.h.
-- name: import_lock
SELECT CASE WHEN $1::int = 0 THEN pg_advisory_xact_lock(1, 0)
	ELSE pg_advisory_xact_lock_shared(1, 0) END,
	CASE WHEN $1::int <> 0 THEN pg_advisory_xact_lock(2, $1::int) END;

-- With the tenant's lock in hand: is this attempt still the job's?
-- name: import_mine
SELECT state = 'running' AND attempt = $2::int AS mine FROM job WHERE id = $1::int;

-- name: import_errors
SELECT count(*) AS n FROM issue WHERE level = 'error';

-- The report: issues in the order of the file.  Values are cut as issue_cut of
-- csv/issue.h cuts them: those of the rules may be whole lists.
-- name: import_issues
INSERT INTO job_issue (job_id, n, tenant_id, level, key, row_number, line, column_name, value, params)
SELECT job_id(), row_number() OVER (ORDER BY issue.row_number, issue.column_name IS NOT NULL,
		position.n NULLS LAST, issue.n),
	job_tenant(), level, key, issue.row_number, line, issue.column_name,
	CASE WHEN length(value) > 200 THEN left(value, 200) || '…' ELSE value END, params
FROM issue
LEFT JOIN position ON position.column_name = issue.column_name;

-- name: import_issue_texts
SELECT level, key, row_number, line, column_name, value, params::text
FROM job_issue
WHERE job_id = $1::int AND n > $2::bigint
ORDER BY n
LIMIT 1000;

-- What was made, by resource.
-- name: import_counts
SELECT jsonb_build_object(
	'users', count(*),
	'lines', count(*) FILTER (WHERE line),
	'extensions', count(*) FILTER (WHERE line AND exten IS NOT NULL AND extension_id IS NULL),
	'incalls', (SELECT count(*) FROM plan_incall WHERE incall_id IS NULL),
	'voicemails', (SELECT count(*) FROM made_voicemail)) AS counts
FROM (SELECT line_protocol IS NOT NULL AND context_id IS NOT NULL AS line, exten, extension_id FROM plan) made;

-- What an update did: rows that changed something, resources that were made.
-- name: update_counts
SELECT jsonb_build_object(
	'changed', count(DISTINCT row_number),
	'unchanged', (SELECT count(*) FROM plan) - count(DISTINCT row_number),
	'lines', count(*) FILTER (WHERE made AND what = 'line'),
	'extensions', count(*) FILTER (WHERE made AND what = 'extension'),
	'incalls', count(*) FILTER (WHERE made AND what = 'incall'),
	'voicemails', count(*) FILTER (WHERE made AND what = 'voicemail')) AS counts
FROM touched;

-- The end of a job, fenced: no row where another attempt took over.
-- name: import_end
UPDATE job
SET state = $3, phase = NULL, done = $4::bigint, total = $4::bigint, rows = $4::bigint,
	errors = (SELECT count(*) FROM issue WHERE level = 'error'),
	warnings = (SELECT count(*) FROM issue WHERE level = 'warning'),
	counts = $5::jsonb, ended_at = clock_timestamp()
WHERE id = $1::int AND attempt = $2::int AND state = 'running'
RETURNING errors, warnings, pg_notify('rollcall_ended', id::text);
