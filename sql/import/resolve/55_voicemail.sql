-- Finds the voicemails of the rows' numbers that exist, as 55_extension.sql does extensions.
-- columns: voicemail_number
UPDATE stage
SET voicemail_id = found.id
FROM (
	SELECT row.ctid AS place, voicemail.id
	FROM stage row
	JOIN name_set ON name_set.n = row.name_set
	JOIN voicemail ON voicemail.tenant_id = name_set.tenant_id AND voicemail.context_id = name_set.voicemail_context_id
		AND voicemail.number = row.voicemail_number
	WHERE (SELECT pg_temp.read_whole('voicemail'))
	UNION ALL
	SELECT row.ctid, stored.id
	FROM stage row
	JOIN name_set ON name_set.n = row.name_set
	CROSS JOIN LATERAL (SELECT id FROM voicemail WHERE voicemail.tenant_id = name_set.tenant_id
		AND voicemail.context_id = name_set.voicemail_context_id AND voicemail.number = row.voicemail_number OFFSET 0) stored
	WHERE NOT (SELECT pg_temp.read_whole('voicemail'))
) found
WHERE stage.ctid = found.place;
