-- Warn where a voicemail that exists is given to one more user, or cells that differ are not
-- applied to it: those of the database, and those of the first row of the file that makes it.
-- columns: voicemail_number
INSERT INTO issue (row_number, line, level, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'warning',
	CASE WHEN differing.columns = '' THEN 'shared.used' ELSE 'shared.differs' END,
	'voicemail_number', plan.voicemail_number,
	jsonb_build_object('context', plan.voicemail_context, 'columns', differing.columns)
FROM plan
LEFT JOIN voicemail ON voicemail.tenant_id = plan.tenant_id AND voicemail.id = plan.voicemail_id
LEFT JOIN (
	SELECT DISTINCT ON (tenant_id, voicemail_context_id, voicemail_number)
		tenant_id, voicemail_context_id, voicemail_number, row_number AS maker,
		voicemail_name, voicemail_password, voicemail_email, voicemail_attach_audio,
		voicemail_delete_messages, voicemail_ask_password
	FROM plan
	JOIN (
		SELECT tenant_id, voicemail_context_id, voicemail_number
		FROM plan
		WHERE voicemail_id IS NULL
			AND voicemail_context_id IS NOT NULL AND voicemail_number IS NOT NULL
		GROUP BY tenant_id, voicemail_context_id, voicemail_number
		HAVING count(*) > 1
	) several USING (tenant_id, voicemail_context_id, voicemail_number)
	WHERE voicemail_name IS NOT NULL
	ORDER BY tenant_id, voicemail_context_id, voicemail_number, row_number
) first ON first.tenant_id = plan.tenant_id
	AND first.voicemail_context_id = plan.voicemail_context_id
	AND first.voicemail_number = plan.voicemail_number
CROSS JOIN LATERAL (
	SELECT coalesce(string_agg(cell.column_name, ', '), '') AS columns
	FROM (VALUES
		('voicemail_name', plan.voicemail_name, coalesce(voicemail.name, first.voicemail_name)),
		('voicemail_password', plan.voicemail_password,
			CASE WHEN voicemail.id IS NOT NULL THEN voicemail.password ELSE first.voicemail_password END),
		('voicemail_email', plan.voicemail_email,
			CASE WHEN voicemail.id IS NOT NULL THEN voicemail.email ELSE first.voicemail_email END),
		('voicemail_attach_audio', plan.voicemail_attach_audio::text,
			CASE WHEN voicemail.id IS NOT NULL THEN voicemail.attach_audio
				ELSE first.voicemail_attach_audio END::text),
		('voicemail_delete_messages', plan.voicemail_delete_messages::text,
			coalesce(voicemail.delete_messages, first.voicemail_delete_messages, false)::text),
		('voicemail_ask_password', plan.voicemail_ask_password::text,
			coalesce(voicemail.ask_password, first.voicemail_ask_password, true)::text)
	) AS cell (column_name, given, stored)
	WHERE cell.given IS NOT NULL AND cell.given IS DISTINCT FROM cell.stored
) differing
WHERE (voicemail.id IS NOT NULL AND (differing.columns <> '' OR EXISTS (
		SELECT FROM users
		WHERE users.tenant_id = voicemail.tenant_id AND users.voicemail_id = voicemail.id)))
	OR (voicemail.id IS NULL AND plan.row_number <> first.maker AND differing.columns <> '');
