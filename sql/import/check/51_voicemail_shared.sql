-- Warn where a voicemail that a user has is given to one more, or cells that differ are not
-- applied to it: those of the database, and those of the row of the file that makes it.
-- A password is taken to differ from the database's: whether it does is not for everybody to know.
-- columns: voicemail_number
-- rows of plan_of_import: voicemail_id IS NOT NULL OR made_voicemail_id <> new_voicemail_id
WITH follower AS (
	SELECT plan.row_number, maker.row_number AS maker
	FROM plan_of_import AS plan
	JOIN plan_of_import maker ON maker.new_voicemail_id = plan.made_voicemail_id
	WHERE plan.made_voicemail_id <> plan.new_voicemail_id
	UNION ALL
	SELECT plan.row_number, made.row_number
	FROM made_voicemail made
	JOIN plan_of_import AS plan ON plan.tenant_id = made.tenant_id AND plan.voicemail_id = made.id AND plan.row_number <> made.row_number
), sharing AS (
	SELECT plan.row_number, NULL AS password,
		-- each column kept in voicemail but voicemail_number voicemail_password: voicemail.{kept},
		voicemail.name, voicemail.email, voicemail.attach_audio, voicemail.delete_messages,
		voicemail.ask_password,
		-- end
		true AS used
	FROM plan_of_import AS plan
	JOIN voicemail ON voicemail.tenant_id = plan.tenant_id AND voicemail.id = plan.voicemail_id
	WHERE plan.voicemail_id IS NOT NULL AND plan.voicemail_id NOT IN (SELECT id FROM made_voicemail)
	UNION ALL
	SELECT follower.row_number, maker.voicemail_password,
		-- each column kept in voicemail but voicemail_number voicemail_password: {filled maker},
		maker.voicemail_name, maker.voicemail_email, maker.voicemail_attach_audio,
		coalesce(maker.voicemail_delete_messages, false),
		coalesce(maker.voicemail_ask_password, true),
		-- end
		false
	FROM follower
	JOIN plan_of_import maker ON maker.row_number = follower.maker
)
INSERT INTO issue (row_number, line, level, key, column_name, value, params)
SELECT row_number, line, 'warning',
	CASE WHEN differing.columns IS NULL THEN 'shared.used' ELSE 'shared.differs' END,
	'voicemail_number', plan.voicemail_number,
	jsonb_build_object('context', plan.voicemail_context, 'columns', differing.columns)
FROM sharing
JOIN plan_of_import AS plan USING (row_number)
CROSS JOIN LATERAL (
	SELECT string_agg(cell.column_name, ', ') AS columns
	FROM (VALUES
		-- each column kept in voicemail but voicemail_number: ('{name}', plan.{name}::text, sharing.{kept}::text)
		('voicemail_name', plan.voicemail_name::text, sharing.name::text),
		('voicemail_password', plan.voicemail_password::text, sharing.password::text),
		('voicemail_email', plan.voicemail_email::text, sharing.email::text),
		('voicemail_attach_audio', plan.voicemail_attach_audio::text, sharing.attach_audio::text),
		('voicemail_delete_messages', plan.voicemail_delete_messages::text, sharing.delete_messages::text),
		('voicemail_ask_password', plan.voicemail_ask_password::text, sharing.ask_password::text)
		-- end
	) AS cell (column_name, given, stored)
	WHERE cell.given IS NOT NULL AND cell.given IS DISTINCT FROM cell.stored
) differing
WHERE sharing.used OR differing.columns IS NOT NULL;
