-- Rows that change nothing: each of their cells is what is stored.  They are counted and left alone,
-- unless another row wants what they have: then both are judged.
--
-- Each step looks only at what the file has columns of, and leaves out the rows that differ.
INSERT INTO unchanged (row_number, tenant_id, user_id, voicemail_id)
SELECT row_number, tenant_id, user_id, voicemail_id
FROM found
WHERE alike AND user_id NOT IN (SELECT user_id FROM meant_twice);

ANALYZE unchanged;

-- Lines and their numbers.
DELETE FROM unchanged
WHERE (SELECT EXISTS (SELECT FROM unchanged) AND true IN (
	-- each column of phone: {name},
	line_protocol, exten, context, line_site, sip_username, sip_secret,
	-- end
	EXISTS (SELECT FROM position WHERE column_name = 'provisioning_code')
	) FROM given)
	AND row_number IN (
		SELECT unchanged.row_number
		FROM unchanged
		JOIN stage USING (row_number)
		CROSS JOIN given
		LEFT JOIN line ON line.tenant_id = unchanged.tenant_id AND line.user_id = unchanged.user_id
		LEFT JOIN line_template ON line_template.tenant_id = line.tenant_id AND line_template.id = line.line_template_id
		LEFT JOIN context ON context.tenant_id = line.tenant_id AND context.id = line.context_id
		LEFT JOIN extension ON extension.tenant_id = line.tenant_id AND extension.line_id = line.id
		WHERE true IN (
			-- each column kept in line but sip_secret: given.{name} AND stage.{name} IS DISTINCT FROM line.{kept},
			given.line_protocol AND stage.line_protocol IS DISTINCT FROM line.protocol,
			given.sip_username AND stage.sip_username IS DISTINCT FROM line.sip_username,
			-- end
			given.sip_secret AND NOT 'sip_secret' = ANY (stage.kept) AND stage.sip_secret IS DISTINCT FROM line.sip_secret,
			given.exten AND stage.exten IS DISTINCT FROM extension.exten,
			given.context AND stage.context IS DISTINCT FROM context.name,
			given.line_site AND stage.line_site IS DISTINCT FROM line_template.name,
			stage.provisioning_code <> line.provisioning_code::text,
			stage.provisioning_code IS NOT NULL AND line.id IS NULL
		)
	);

-- Voicemails.
DELETE FROM unchanged
WHERE (SELECT EXISTS (SELECT FROM unchanged) AND true IN (
	-- each column of voicemail: {name}
	voicemail_name, voicemail_number, voicemail_context, voicemail_password, voicemail_email,
	voicemail_attach_audio, voicemail_delete_messages, voicemail_ask_password
	-- end
	) FROM given)
	AND row_number IN (
		SELECT unchanged.row_number
		FROM unchanged
		JOIN stage USING (row_number)
		CROSS JOIN given
		LEFT JOIN voicemail ON voicemail.tenant_id = unchanged.tenant_id AND voicemail.id = unchanged.voicemail_id
		LEFT JOIN context ON context.tenant_id = voicemail.tenant_id AND context.id = voicemail.context_id
		WHERE true IN (
			-- each column kept in voicemail but voicemail_password: given.{name} AND stage.{name} IS DISTINCT FROM voicemail.{kept},
			given.voicemail_name AND stage.voicemail_name IS DISTINCT FROM voicemail.name,
			given.voicemail_number AND stage.voicemail_number IS DISTINCT FROM voicemail.number,
			given.voicemail_email AND stage.voicemail_email IS DISTINCT FROM voicemail.email,
			given.voicemail_attach_audio AND stage.voicemail_attach_audio IS DISTINCT FROM voicemail.attach_audio,
			given.voicemail_delete_messages AND stage.voicemail_delete_messages IS DISTINCT FROM voicemail.delete_messages,
			given.voicemail_ask_password AND stage.voicemail_ask_password IS DISTINCT FROM voicemail.ask_password,
			-- end
			given.voicemail_password AND NOT 'voicemail_password' = ANY (stage.kept)
				AND stage.voicemail_password IS DISTINCT FROM voicemail.password,
			given.voicemail_context AND stage.voicemail_context IS DISTINCT FROM context.name
		)
	);

-- Incoming numbers, call permissions and labels: lists in the order of an export.
DELETE FROM unchanged
WHERE (SELECT EXISTS (SELECT FROM unchanged) AND true IN (
	-- each column of incall: {name}
	incall_exten, incall_context, incall_ring_seconds
	-- end
	) FROM given)
	AND row_number IN (
		SELECT unchanged.row_number
		FROM unchanged
		JOIN stage USING (row_number)
		CROSS JOIN given
		LEFT JOIN (
			SELECT row_number, array_agg(exten) AS extens, array_agg(context) AS contexts,
				CASE WHEN count(ring_seconds) > 0 THEN array_agg(ring_seconds) END AS rings
			FROM (
				SELECT unchanged.row_number, incall.exten, context.name AS context, incall.ring_seconds
				FROM unchanged
				JOIN incall ON incall.tenant_id = unchanged.tenant_id AND incall.user_id = unchanged.user_id
				JOIN context ON context.tenant_id = incall.tenant_id AND context.id = incall.context_id
				ORDER BY unchanged.row_number, incall.exten, context.name COLLATE "C"
			) sorted
			GROUP BY row_number
		) held USING (row_number)
		WHERE true IN (
			given.incall_exten AND stage.incall_exten IS DISTINCT FROM held.extens,
			given.incall_context AND stage.incall_context IS DISTINCT FROM held.contexts,
			given.incall_ring_seconds AND stage.incall_ring_seconds IS DISTINCT FROM held.rings
		)
	);

DELETE FROM unchanged
WHERE (SELECT call_permissions AND EXISTS (SELECT FROM unchanged) FROM given)
	AND row_number IN (
		SELECT unchanged.row_number
		FROM unchanged
		JOIN stage USING (row_number)
		LEFT JOIN (
			SELECT unchanged.row_number, array_agg(call_permission.name ORDER BY call_permission.name COLLATE "C") AS names
			FROM unchanged
			JOIN user_call_permission member ON member.tenant_id = unchanged.tenant_id AND member.user_id = unchanged.user_id
			JOIN call_permission ON call_permission.tenant_id = member.tenant_id AND call_permission.id = member.call_permission_id
			GROUP BY unchanged.row_number
		) held USING (row_number)
		WHERE stage.call_permissions IS DISTINCT FROM held.names
	);

DELETE FROM unchanged
WHERE (SELECT labels AND EXISTS (SELECT FROM unchanged) FROM given)
	AND row_number IN (
		SELECT unchanged.row_number
		FROM unchanged
		JOIN stage USING (row_number)
		LEFT JOIN (
			SELECT unchanged.row_number, array_agg(label.name ORDER BY label.name COLLATE "C") AS names
			FROM unchanged
			JOIN user_label member ON member.tenant_id = unchanged.tenant_id AND member.user_id = unchanged.user_id
			JOIN label ON label.tenant_id = member.tenant_id AND label.id = member.label_id
			GROUP BY unchanged.row_number
		) held USING (row_number)
		WHERE stage.labels IS DISTINCT FROM held.names
	);

-- Back come the rows whose name, number or voicemail another row wants, so that both are told of
-- it: of numbers wherever they are, as a row may move to another context.
WITH active AS MATERIALIZED (
	SELECT stage.row_number, found.voicemail_id, email, username, sip_username, exten, incall_exten, voicemail_number
	FROM stage
	LEFT JOIN found USING (row_number)
	WHERE (SELECT EXISTS (SELECT FROM unchanged)) AND stage.row_number NOT IN (SELECT row_number FROM unchanged)
)
DELETE FROM unchanged
USING stage
WHERE EXISTS (SELECT FROM active) AND stage.row_number = unchanged.row_number
	AND ((SELECT (context AND NOT exten) OR (incall_context AND NOT incall_exten) OR (voicemail_context AND NOT voicemail_number) FROM given)
		OR lower(stage.email) IN (SELECT lower(email) FROM active WHERE email IS NOT NULL)
		OR lower(stage.username) IN (SELECT lower(username) FROM active WHERE username IS NOT NULL)
		OR stage.sip_username IN (SELECT sip_username FROM active WHERE sip_username IS NOT NULL)
		OR stage.exten IN (SELECT exten FROM active WHERE exten IS NOT NULL)
		OR stage.voicemail_number IN (SELECT voicemail_number FROM active WHERE voicemail_number IS NOT NULL)
		OR unchanged.voicemail_id IN (SELECT voicemail_id FROM active WHERE voicemail_id IS NOT NULL)
		OR EXISTS (SELECT FROM unnest(stage.incall_exten) AS item (exten) WHERE ltrim(item.exten, '+') IN (
			SELECT ltrim(wanted.exten, '+') FROM active CROSS JOIN LATERAL unnest(active.incall_exten) AS wanted (exten))));

DELETE FROM found
USING unchanged
WHERE unchanged.row_number = found.row_number;

ANALYZE found;
