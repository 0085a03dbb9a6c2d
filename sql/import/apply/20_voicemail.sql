-- Voicemails that exist nowhere are made by the first row that has a name for them;
-- the other rows of the file share them.
WITH wanted AS (
	SELECT *, first_value(new_voicemail_id) OVER (
		PARTITION BY tenant_id, voicemail_context_id, voicemail_number
		ORDER BY voicemail_name IS NULL, row_number) AS maker
	FROM plan
	WHERE voicemail_id IS NULL AND voicemail_number IS NOT NULL AND voicemail_context_id IS NOT NULL
), made AS (
	INSERT INTO voicemail (tenant_id, id, context_id, number, name, password, email,
		attach_audio, delete_messages, ask_password)
	SELECT tenant_id, new_voicemail_id, voicemail_context_id, voicemail_number, voicemail_name,
		voicemail_password, voicemail_email, voicemail_attach_audio,
		coalesce(voicemail_delete_messages, false), coalesce(voicemail_ask_password, true)
	FROM wanted
	WHERE new_voicemail_id = maker AND voicemail_name IS NOT NULL
	RETURNING tenant_id, id
)
INSERT INTO made_voicemail
SELECT wanted.row_number, made.id, wanted.maker = wanted.new_voicemail_id
FROM wanted
JOIN made ON made.tenant_id = wanted.tenant_id AND made.id = wanted.maker;
