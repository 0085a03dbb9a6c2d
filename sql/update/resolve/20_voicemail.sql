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
	AND voicemail.context_id = context.id AND voicemail.number = wanted.number
	AND voicemail.id NOT IN (SELECT id FROM deleted_voicemail);

-- The own one goes along to another number where all who have it go there.  Who shares one
-- and goes alone leaves it to the others.
UPDATE plan_voicemail
SET along = true
FROM (
	SELECT tenant_id, old_id, context_id, number
	FROM plan_voicemail
	WHERE old_id IS DISTINCT FROM id AND number IS NOT NULL AND context_id IS NOT NULL
	GROUP BY tenant_id, old_id, context_id, number
	HAVING count(*) = (SELECT count(*) FROM users
		WHERE users.tenant_id = plan_voicemail.tenant_id AND users.voicemail_id = plan_voicemail.old_id
			AND users.id NOT IN (SELECT user_id FROM deleted_user))
) whole
WHERE whole.tenant_id = plan_voicemail.tenant_id AND whole.old_id = plan_voicemail.old_id
	AND whole.context_id = plan_voicemail.context_id AND whole.number = plan_voicemail.number;

-- A number that exists nowhere is the user's own voicemail changed in place, for the first
-- row that wants it; others share that one, and leave their own.  Then the number that it
-- had exists nowhere either, for whoever wants it.
SELECT pg_temp.empty_tables('chain');
INSERT INTO chain
SELECT DISTINCT ON (tenant_id, context_id, number) old_id, id
FROM plan_voicemail
WHERE along
ORDER BY tenant_id, context_id, number, row_number;
ANALYZE chain;

UPDATE plan_voicemail
SET id = NULL
WHERE id IN (SELECT id FROM chained) AND id IS DISTINCT FROM old_id;

-- The first row that wants a number that exists nowhere makes it: out of the user's own, or
-- anew where it has a name or leaves another one to others.  The others of the file share it.
INSERT INTO made_voicemail (tenant_id, context_id, number, id, row_number, name, how)
SELECT DISTINCT ON (mailbox.tenant_id, context_id, number)
	mailbox.tenant_id, context_id, number, CASE WHEN along THEN old_id ELSE coalesce(new_voicemail_id, nextval('voicemail_id_seq')) END, row_number,
	CASE WHEN along THEN stage.voicemail_name
		ELSE coalesce(stage.voicemail_name, voicemail_name_of(wanted_user.firstname, wanted_user.lastname)) END,
	CASE WHEN along THEN 'moved' ELSE 'anew' END
FROM plan_voicemail mailbox
JOIN stage USING (row_number)
JOIN wanted_user USING (row_number)
WHERE id IS NULL AND number IS NOT NULL AND context_id IS NOT NULL
	AND (old_id IS NOT NULL OR stage.voicemail_name IS NOT NULL)
ORDER BY mailbox.tenant_id, context_id, number, NOT along, stage.voicemail_name IS NULL, row_number;

-- A voicemail that nobody had is set up anew, so that nobody inherits its name, PIN or address.
INSERT INTO made_voicemail (tenant_id, context_id, number, id, row_number, name, how)
SELECT DISTINCT ON (mailbox.tenant_id, mailbox.id)
	mailbox.tenant_id, context_id, number, mailbox.id, row_number,
	coalesce(stage.voicemail_name, voicemail_name_of(wanted_user.firstname, wanted_user.lastname)), 'taken over'
FROM plan_voicemail mailbox
JOIN stage USING (row_number)
JOIN wanted_user USING (row_number)
WHERE mailbox.id IS NOT NULL AND mailbox.id IS DISTINCT FROM old_id
	AND NOT EXISTS (SELECT FROM users
		WHERE users.tenant_id = mailbox.tenant_id AND users.voicemail_id = mailbox.id
			AND users.id NOT IN (SELECT user_id FROM deleted_user))
ORDER BY mailbox.tenant_id, mailbox.id, stage.voicemail_name IS NULL, row_number;

UPDATE plan_voicemail
SET id = made.id
FROM made_voicemail made
WHERE made.tenant_id = plan_voicemail.tenant_id AND made.context_id = plan_voicemail.context_id
	AND made.number = plan_voicemail.number AND plan_voicemail.id IS NULL;
