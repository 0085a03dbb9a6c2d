-- Warn where a voicemail that exists and nobody has is made anew.
-- columns: voicemail_number voicemail_context
-- rows of made_voicemail: how = 'taken over'
INSERT INTO issue (row_number, line, level, key, column_name, value)
SELECT plan.row_number, plan.line, 'warning', 'voicemail_taken_over', 'voicemail_number', made.number
FROM made_voicemail made
JOIN {plan} AS plan USING (row_number)
WHERE made.how = 'taken over';
