-- Administrators, sessions and the audit.

-- name: signin_ask
SELECT setting, seconds FROM signin_ask($1, $2);

-- name: signin_try
SELECT id, seconds, factor FROM signin_try($1, $2, $3::bytea, $4);

-- name: session_open
SELECT session_open($1::bytea, $2::bigint, $3::bytea, $4::bytea, $5::int, $6::int, $7, $8) AS done;

-- name: session_wait
SELECT session_wait($1::bytea, $2::bigint, $3::bytea) AS done;

-- name: session_code
SELECT state, seconds FROM session_code($1::bytea, $2, $3::bytea, $4::bytea, $5::int, $6::int, $7, $8);

-- name: session_find
SELECT admin_id, username, language, root, array_to_string(rights, ' ') AS rights,
	tenant_id, tenant_name, scope, password_due, factor
FROM session_find($1::bytea, $2::int, $3::int);

-- name: session_scope
SELECT session_scope($1::bytea, $2::int, $3::int, $4::int) AS done;

-- name: session_tenants
SELECT id, name FROM session_tenants($1::bytea, $2::int, $3::int);

-- name: session_separator
SELECT session_separator($1::bytea, $2::int, $3::int, $4) AS chosen;

-- name: session_columns
SELECT session_columns($1::bytea, $2::int, $3::int, $4) AS chosen;

-- name: session_language
SELECT session_language($1::bytea, $2::int, $3::int, $4) AS done;

-- name: session_close
SELECT session_close($1::bytea, $2) AS done;

-- name: audit_refused
SELECT audit_refused($1, $2::bytea, $3::bigint, $4::int, $5, $6, $7);

-- name: audit_add
SELECT audit_open($1, $2::bytea, $3::bigint, $4, $5::int, $6, $7, coalesce($8, '{}')::jsonb) AS entry;

-- How many users the export of an entry had.
-- name: audit_counted
SELECT audit_counted($1::bigint, $2::bigint);

-- name: account_find
SELECT id, username, language, root, array_to_string(rights, ' ') AS rights, tenant_id, tenant_name, scope,
	password_due
FROM account_find($1::bigint, $2::uuid);

-- name: scope_find
SELECT tenant_id, tenant_name, scope FROM scope_find($1);

-- name: token_open
SELECT to_char(token_open($1::bytea, $2::bigint, $3::bytea, $4::int, $5) AT TIME ZONE 'UTC',
	'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires_at;

-- name: token_find
SELECT admin_id, array_to_string(rights, ' ') AS rights,
	to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS issued_at,
	to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires_at
FROM token_find($1::bytea);

-- name: token_close
SELECT token_close($1::bytea, $2) AS done;

-- An administrator's own sessions, password and tokens, and the password of another one.

-- name: session_list
SELECT id, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
	to_char(seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS seen_at, address, agent, own
FROM session_list($1::bytea, $2::int, $3::int);

-- name: session_end_other
SELECT session_end_other($1::bytea, $2::int, $3::int, $4::bigint, $5) AS ended;

-- name: session_password
SELECT done, seconds FROM session_password($1::bytea, $2::int, $3::int, $4::bytea, $5, $6::bytea, $7);

-- name: session_admin_other
SELECT username FROM session_admin_other($1::bytea, $2::int, $3::int, $4::bigint);

-- name: session_admin_password
SELECT session_admin_password($1::bytea, $2::int, $3::int, $4::bigint, $5, $6::bytea, $7) AS done;

-- name: session_tokens
SELECT id, name, array_to_string(rights, ' ') AS rights,
	to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
	to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires_at,
	to_char(used_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS used_at
FROM session_tokens($1::bytea, $2::int, $3::int);

-- name: session_token_open
SELECT session_token_open($1::bytea, $2::int, $3::int, $4::bytea, $5, $6::text[], $7::int, $8) AS done;

-- name: session_token_end
SELECT session_token_end($1::bytea, $2::int, $3::int, $4::bigint, $5) AS done;

-- The second factor.

-- name: session_factor
SELECT to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since, codes
FROM session_factor($1::bytea, $2::int, $3::int);

-- name: session_factor_start
SELECT session_factor_start($1::bytea, $2::int, $3::int) AS secret;

-- name: session_factor_confirm
SELECT array_to_string(codes, ' ') AS codes, seconds
FROM session_factor_confirm($1::bytea, $2::int, $3::int, $4, $5);

-- name: session_factor_change
SELECT done, seconds, array_to_string(codes, ' ') AS codes
FROM session_factor_change($1::bytea, $2::int, $3::int, $4::bytea, $5::boolean, $6);

-- name: session_admin_factor_off
SELECT session_admin_factor_off($1::bytea, $2::int, $3::int, $4::bigint, $5) AS done;

-- name: session_email
SELECT session_email($1::bytea, $2::int, $3::int, $4::boolean, $5) AS email;

-- name: session_webhook
SELECT url, failure, to_char(failed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS failed_at, waiting,
	tested_at IS NOT NULL AS tested, test_answer, test_arrived
FROM session_webhook($1::bytea, $2::int, $3::int);

-- name: session_webhook_test
SELECT session_webhook_test($1::bytea, $2::int, $3::int, $4) AS done;

-- name: session_webhook_set
SELECT session_webhook_set($1::bytea, $2::int, $3::int, $4, $5, $6) AS done;

-- The page of the audit.

-- name: session_audit
SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at, admin_name, tenant_name, address, action,
	(SELECT string_agg(d.key || ': ' || d.value, ', ' ORDER BY d.key) FROM jsonb_each_text(detail) d) AS detail,
	detail->>'job' AS job, total
FROM session_audit($1::bytea, $2::int, $3::int, $4, $5, $6::date, $7::date, $8::int, $9::int);

-- name: session_audit_actions
SELECT action FROM session_audit_actions($1::bytea, $2::int, $3::int);

-- The following queries are for the owner: the command line and setup.

-- name: admin_tenant
SELECT id FROM all_tenants() WHERE name = $1;

-- name: admin_add
INSERT INTO admin (username, password_setting, password_proof, tenant_id, root, rights, language)
VALUES ($1, password_setting($2), password_proof($2), $3::int, $3::int IS NULL, $4::text[], $5);

-- name: admin_passwd
WITH changed AS (
	UPDATE admin SET password_setting = password_setting($2), password_proof = password_proof($2), password_due = false
	WHERE username_key = lower($1) RETURNING id
), ended AS (
	DELETE FROM session WHERE admin_id IN (SELECT id FROM changed)
)
SELECT id FROM changed;

-- name: admin_factor_off
WITH gone AS (
	DELETE FROM admin_factor f USING admin a WHERE a.id = f.admin_id AND a.username_key = lower($1) RETURNING a.id
)
SELECT id FROM gone;

-- name: admin_disable
WITH changed AS (
	UPDATE admin SET disabled = $2::boolean WHERE username_key = lower($1) RETURNING id
), ended AS (
	DELETE FROM session WHERE admin_id IN (SELECT id FROM changed) AND $2::boolean
)
SELECT id FROM changed;

-- name: admin_list
SELECT a.username, t.name AS tenant, a.rights, a.language, a.disabled,
	to_char(a.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM admin a LEFT JOIN all_tenants() t ON t.id = a.tenant_id
ORDER BY a.root DESC, t.name, a.username_key;
