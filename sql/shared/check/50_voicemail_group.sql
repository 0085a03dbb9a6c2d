-- Warn of a voicemail of which only a part is there; its name may be missing where the
-- number exists in the context already, or another row of the file names it.
-- columns: voicemail_name voicemail_number voicemail_context
-- rows of {plan}: voicemail_name IS NULL OR voicemail_number IS NULL OR voicemail_context IS NULL
INSERT INTO issue (row_number, line, level, key, params)
SELECT row_number, line, 'warning', 'group', jsonb_build_object('resource', 'voicemail',
	'columns', concat_ws(', ', CASE WHEN there.name THEN NULL ELSE 'voicemail_name' END,
		CASE WHEN there.number THEN NULL ELSE 'voicemail_number' END,
		CASE WHEN there.context THEN NULL ELSE 'voicemail_context' END))
FROM {plan}
LEFT JOIN (
	SELECT DISTINCT tenant_id, voicemail_context_id, voicemail_number
	FROM {plan}
	WHERE voicemail_name IS NOT NULL
		AND voicemail_context_id IS NOT NULL AND voicemail_number IS NOT NULL
) made USING (tenant_id, voicemail_context_id, voicemail_number)
CROSS JOIN LATERAL (SELECT
	voicemail_name IS NOT NULL OR 'voicemail_name' = ANY (wrong)
		OR voicemail_id IS NOT NULL OR made.voicemail_number IS NOT NULL
		-- Which voicemail it is cannot be told: do not ask for its name.
		OR 'voicemail_number' = ANY (wrong)
		OR (voicemail_context IS NOT NULL AND voicemail_context_id IS NULL) AS name,
	voicemail_number IS NOT NULL OR 'voicemail_number' = ANY (wrong) AS number,
	voicemail_context IS NOT NULL OR 'voicemail_context' = ANY (wrong) AS context
) there
-- A context alone, as when a whole column is filled with it, asks for no voicemail.
WHERE (voicemail_name IS NOT NULL OR there.number)
	AND NOT (there.name AND there.number AND there.context);
