-- Which voicemail each user has at the end: one that exists, the own one changed, or a new one.
-- columns: voicemail.*
INSERT INTO plan_voicemail (row_number, tenant_id, number, context, context_id, id, old_id, leaves)
SELECT found.row_number, found.tenant_id, wanted.number, wanted.context, context.id, voicemail.id,
	found.voicemail_id, wanted.leaves
FROM found
JOIN stage USING (row_number)
CROSS JOIN given
LEFT JOIN voicemail own ON own.tenant_id = found.tenant_id AND own.id = found.voicemail_id
LEFT JOIN context own_context ON own_context.tenant_id = own.tenant_id AND own_context.id = own.context_id
-- An empty number or context takes the voicemail from the user.
CROSS JOIN LATERAL (SELECT own.id IS NOT NULL AND (
	(given.voicemail_number AND stage.voicemail_number IS NULL
		AND NOT 'voicemail_number' = ANY (stage.wrong))
	OR (given.voicemail_context AND stage.voicemail_context IS NULL
		AND NOT 'voicemail_context' = ANY (stage.wrong)))
) AS emptied (leaves)
CROSS JOIN LATERAL (SELECT emptied.leaves,
	CASE WHEN NOT emptied.leaves THEN
		CASE WHEN given.voicemail_number THEN stage.voicemail_number ELSE own.number END END,
	CASE WHEN NOT emptied.leaves THEN
		CASE WHEN given.voicemail_context THEN stage.voicemail_context ELSE own_context.name END END
) AS wanted (leaves, number, context)
LEFT JOIN context ON context.tenant_id = found.tenant_id AND context.name = wanted.context
LEFT JOIN voicemail ON voicemail.tenant_id = found.tenant_id
	AND voicemail.context_id = context.id AND voicemail.number = wanted.number;

-- A number that exists nowhere is the user's own voicemail changed in place, for the first
-- row that wants it; others share that one, and leave their own.  Then the number that it
-- had exists nowhere either, for whoever wants it.
TRUNCATE chain;
INSERT INTO chain
SELECT DISTINCT ON (tenant_id, context_id, number) old_id, id
FROM plan_voicemail
WHERE old_id <> id
	OR (old_id IS NOT NULL AND id IS NULL AND number IS NOT NULL AND context_id IS NOT NULL)
ORDER BY tenant_id, context_id, number, row_number;
ANALYZE chain;

UPDATE plan_voicemail
SET id = NULL
WHERE id IN (SELECT id FROM chained) AND id IS DISTINCT FROM old_id;

-- The first row that wants a number that exists nowhere makes it: out of the
-- user's own, or anew where it has a name.  The others of the file share it.
INSERT INTO made_voicemail (tenant_id, context_id, number, id, row_number)
SELECT DISTINCT ON (tenant_id, context_id, number)
	tenant_id, context_id, number, coalesce(old_id, new_voicemail_id), row_number
FROM plan_voicemail
JOIN stage USING (row_number)
WHERE id IS NULL AND number IS NOT NULL AND context_id IS NOT NULL
	AND (old_id IS NOT NULL OR voicemail_name IS NOT NULL)
ORDER BY tenant_id, context_id, number, old_id IS NULL, row_number;

UPDATE plan_voicemail
SET id = made.id
FROM made_voicemail made
WHERE made.tenant_id = plan_voicemail.tenant_id AND made.context_id = plan_voicemail.context_id
	AND made.number = plan_voicemail.number AND plan_voicemail.id IS NULL;
