-- Deletes those who leave before all else, so that newcomers can have their numbers.
INSERT INTO touched (row_number, what, how)
SELECT leaver.row_number, 'line', 'removed'
FROM deleted_user leaver
JOIN line ON line.tenant_id = leaver.tenant_id AND line.user_id = leaver.user_id
UNION ALL
SELECT leaver.row_number, 'extension', 'removed'
FROM deleted_user leaver
JOIN line ON line.tenant_id = leaver.tenant_id AND line.user_id = leaver.user_id
JOIN extension ON extension.tenant_id = line.tenant_id AND extension.line_id = line.id
UNION ALL
SELECT leaver.row_number, 'incall', 'detached'
FROM deleted_user leaver
JOIN incall ON incall.tenant_id = leaver.tenant_id AND incall.user_id = leaver.user_id
UNION ALL
SELECT min(leaver.row_number), 'voicemail', 'removed'
FROM deleted_user leaver
JOIN users ON users.tenant_id = leaver.tenant_id AND users.id = leaver.user_id
JOIN deleted_voicemail ON deleted_voicemail.tenant_id = users.tenant_id AND deleted_voicemail.id = users.voicemail_id
GROUP BY users.tenant_id, users.voicemail_id
UNION ALL
-- One that nobody has then.
SELECT min(leaver.row_number), 'voicemail', 'detached'
FROM deleted_user leaver
JOIN users ON users.tenant_id = leaver.tenant_id AND users.id = leaver.user_id
WHERE users.voicemail_id IS NOT NULL AND (SELECT job_option('voicemail')) IS DISTINCT FROM 'delete'
	AND NOT EXISTS (SELECT FROM users other WHERE other.tenant_id = users.tenant_id AND other.voicemail_id = users.voicemail_id
		AND other.id NOT IN (SELECT user_id FROM deleted_user))
	AND NOT EXISTS (SELECT FROM plan WHERE plan.tenant_id = users.tenant_id AND plan.voicemail_id = users.voicemail_id)
GROUP BY users.tenant_id, users.voicemail_id
UNION ALL
SELECT leaver.row_number, 'call_permission', 'removed'
FROM deleted_user leaver
JOIN user_call_permission member ON member.tenant_id = leaver.tenant_id AND member.user_id = leaver.user_id
UNION ALL
SELECT leaver.row_number, 'label', 'removed'
FROM deleted_user leaver
JOIN user_label member ON member.tenant_id = leaver.tenant_id AND member.user_id = leaver.user_id;

INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid, how, user_name)
SELECT job_id(), leaver.row_number, leaver.tenant_id, users.id, users.uuid, 'deleted',
	concat_ws(' ', users.firstname, users.lastname)
FROM deleted_user leaver
JOIN users ON users.tenant_id = leaver.tenant_id AND users.id = leaver.user_id;

-- Their incoming numbers stay and are free.
UPDATE incall
SET user_id = NULL, ring_seconds = NULL
FROM deleted_user leaver
WHERE incall.tenant_id = leaver.tenant_id AND incall.user_id = leaver.user_id;

CREATE TEMP TABLE IF NOT EXISTS emptied_voicemail (tenant_id int NOT NULL, id bigint NOT NULL);
TRUNCATE emptied_voicemail;
INSERT INTO emptied_voicemail SELECT tenant_id, id FROM deleted_voicemail;

-- Line, extension and memberships are deleted with the user.
DELETE FROM users
USING deleted_user leaver
WHERE users.tenant_id = leaver.tenant_id AND users.id = leaver.user_id;

DELETE FROM voicemail
USING emptied_voicemail emptied
WHERE voicemail.tenant_id = emptied.tenant_id AND voicemail.id = emptied.id;

UPDATE users
SET enabled = false
FROM disabled_user leaver
WHERE users.tenant_id = leaver.tenant_id AND users.id = leaver.user_id;

INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid, how)
SELECT job_id(), leaver.row_number, leaver.tenant_id, users.id, users.uuid, 'disabled'
FROM disabled_user leaver
JOIN users ON users.tenant_id = leaver.tenant_id AND users.id = leaver.user_id;
