-- Finds the extensions of the rows' numbers that exist, and who has them.  Of many rows all stored numbers
-- are read, of few each is looked up.
-- columns: exten
UPDATE stage
SET extension_id = found.id,
	exten_holder_id = (SELECT line.user_id FROM line WHERE line.tenant_id = found.tenant_id AND line.id = found.line_id)
FROM (
	SELECT row.ctid AS place, extension.tenant_id, extension.id, extension.line_id
	FROM stage row
	JOIN name_set ON name_set.n = row.name_set
	JOIN extension ON extension.tenant_id = name_set.tenant_id AND extension.context_id = name_set.context_id
		AND extension.exten = row.exten
	WHERE (SELECT pg_temp.read_whole('extension'))
	UNION ALL
	SELECT row.ctid, stored.tenant_id, stored.id, stored.line_id
	FROM stage row
	JOIN name_set ON name_set.n = row.name_set
	CROSS JOIN LATERAL (SELECT tenant_id, id, line_id FROM extension WHERE extension.tenant_id = name_set.tenant_id
		AND extension.context_id = name_set.context_id AND extension.exten = row.exten OFFSET 0) stored
	WHERE NOT (SELECT pg_temp.read_whole('extension'))
) found
WHERE stage.ctid = found.place;
