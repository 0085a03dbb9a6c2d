-- A voicemail that nobody has is set up anew, so that nobody inherits its name, PIN or address.
-- columns: voicemail_number
INSERT INTO made_voicemail (tenant_id, context_id, number, id, row_number, name, how)
SELECT DISTINCT ON (plan.tenant_id, plan.voicemail_id) plan.tenant_id, plan.voicemail_context_id,
	plan.voicemail_number, plan.voicemail_id, plan.row_number, voicemail_name_of(plan.firstname, plan.lastname),
	'taken over'
FROM plan_of_import AS plan
WHERE plan.voicemail_id IS NOT NULL AND NOT EXISTS (SELECT FROM users
	WHERE users.tenant_id = plan.tenant_id AND users.voicemail_id = plan.voicemail_id)
ORDER BY plan.tenant_id, plan.voicemail_id, plan.voicemail_name IS NULL, plan.row_number;

UPDATE stage
SET voicemail_name = made.name
FROM made_voicemail made
WHERE EXISTS (SELECT FROM made_voicemail)	-- mostly there is none: then no row is looked at
	AND made.row_number = stage.row_number AND stage.voicemail_name IS NULL
	AND NOT 'voicemail_name' = ANY (stage.wrong);
