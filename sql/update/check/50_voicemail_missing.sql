-- The name of a voicemail cannot be emptied.
-- columns: voicemail_name
INSERT INTO issue (row_number, line, key, column_name)
SELECT plan.row_number, plan.line, 'missing', 'voicemail_name'
FROM plan
JOIN stage USING (row_number)
WHERE plan.old_voicemail_id IS NOT NULL AND plan.voicemail_id IS NOT NULL
	AND stage.voicemail_name IS NULL AND NOT 'voicemail_name' = ANY (plan.wrong)
	-- A new voicemail gets the user's name.
	AND plan.voicemail_id NOT IN (SELECT id FROM made_voicemail WHERE how <> 'moved');
