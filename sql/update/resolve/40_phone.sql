-- The line and the extension of each user: what there is, and what the row wants.
-- columns: phone.*
INSERT INTO plan_phone (row_number, user_id, context_id, context_type, line_template_id, extension_id,
	exten_holder_id, same_number,
	-- each column kept in line but line_protocol sip_username sip_secret: {name},
	-- end
	line_protocol, exten, context, line_site, sip_username, sip_secret,
	line_id, old_protocol, old_extension_id, old_exten)
SELECT found.row_number, found.user_id, context.id, context.type,
	CASE WHEN given.line_site OR line.id IS NULL THEN line_template.id ELSE line.line_template_id END,
	there.id, CASE WHEN there.line_id <> coalesce(line.id, 0) THEN holder.user_id END,
	line.id IS NOT NULL AND context.id IS NOT DISTINCT FROM line.context_id
		AND wanted.exten IS NOT DISTINCT FROM own.exten,
	-- each column kept in line but line_protocol sip_username sip_secret: {wanted line},
	-- end
	coalesce(line.protocol, stage.line_protocol), wanted.exten, wanted.context, stage.line_site,
	CASE WHEN line.id IS NULL OR (given.sip_username AND NOT stage.drawn
		AND stage.sip_username IS NOT NULL) THEN stage.sip_username ELSE line.sip_username END,
	CASE WHEN line.id IS NULL OR (given.sip_secret AND NOT stage.drawn_secret
		AND stage.sip_secret IS NOT NULL) THEN stage.sip_secret ELSE line.sip_secret END,
	line.id, line.protocol, own.id, own.exten
FROM found
JOIN stage USING (row_number)
CROSS JOIN given
LEFT JOIN line ON line.tenant_id = found.tenant_id AND line.user_id = found.user_id
LEFT JOIN context old_context ON old_context.tenant_id = line.tenant_id AND old_context.id = line.context_id
LEFT JOIN extension own ON own.tenant_id = line.tenant_id AND own.line_id = line.id
-- A line keeps its context.  A check reports a cell that would empty it.
CROSS JOIN LATERAL (SELECT
	CASE WHEN given.context AND (stage.context IS NOT NULL OR 'context' = ANY (stage.wrong))
		THEN stage.context ELSE old_context.name END,
	CASE WHEN given.exten THEN stage.exten ELSE own.exten END
) AS wanted (context, exten)
LEFT JOIN context ON context.tenant_id = found.tenant_id AND context.name = wanted.context
LEFT JOIN line_template ON line_template.tenant_id = found.tenant_id
	-- each column named line_site: AND line_template.name = {filled stage}
	AND line_template.name = coalesce(stage.line_site, 'default')
	-- end
LEFT JOIN extension there ON there.tenant_id = found.tenant_id
	AND there.context_id = context.id AND there.exten = wanted.exten
	-- The extension of a user who leaves is deleted with the user.
	AND (there.line_id IS NULL OR there.line_id NOT IN (SELECT gone.id FROM line gone
		JOIN deleted_user ON deleted_user.tenant_id = gone.tenant_id AND deleted_user.user_id = gone.user_id))
LEFT JOIN line holder ON holder.tenant_id = there.tenant_id AND holder.id = there.line_id;

-- Numbers pass from one row's user to another's.  Of the users who leave a
-- number for another, those who take one that exists free leave their own free
-- behind; the others take theirs along, changed.  So a number whose holder
-- leaves exists free at the end, or not at all.
SELECT pg_temp.empty_tables('chain');
INSERT INTO chain
SELECT user_id, exten_holder_id, extension_id IS NULL
FROM plan_phone
WHERE old_extension_id IS NOT NULL AND NOT same_number;
ANALYZE chain;

UPDATE plan_phone
SET exten_holder_id = NULL,
	extension_id = CASE WHEN chained.id IS NOT NULL THEN plan_phone.extension_id END
FROM (SELECT DISTINCT id FROM chain) leaving
LEFT JOIN chained USING (id)
WHERE leaving.id = plan_phone.exten_holder_id;

UPDATE plan_phone
SET frees_extension = true
WHERE old_extension_id IS NOT NULL AND extension_id <> old_extension_id AND exten_holder_id IS NULL;
