-- Voicemails: made anew, or changed in place for all their users.
-- columns: voicemail.*
WITH changed AS (
	UPDATE voicemail
	SET
		-- each column kept in voicemail: {kept} = wanted.{name},
		name = wanted.voicemail_name, number = wanted.voicemail_number,
		password = wanted.voicemail_password, email = wanted.voicemail_email,
		attach_audio = wanted.voicemail_attach_audio,
		delete_messages = wanted.voicemail_delete_messages,
		ask_password = wanted.voicemail_ask_password,
		-- end
		context_id = wanted.voicemail_context_id
	FROM (
		-- Only rows that change the voicemail.  A check has made sure that they agree.
		SELECT DISTINCT ON (plan.tenant_id, plan.voicemail_id) plan.*
		FROM plan
		JOIN voicemail stored ON stored.tenant_id = plan.tenant_id AND stored.id = plan.voicemail_id
		WHERE (
			-- each column kept in voicemail: plan.{name},
			plan.voicemail_name, plan.voicemail_number, plan.voicemail_password,
			plan.voicemail_email, plan.voicemail_attach_audio, plan.voicemail_delete_messages,
			plan.voicemail_ask_password,
			-- end
			plan.voicemail_context_id
		) IS DISTINCT FROM (
			-- each column kept in voicemail: stored.{kept},
			stored.name, stored.number, stored.password, stored.email, stored.attach_audio,
			stored.delete_messages, stored.ask_password,
			-- end
			stored.context_id
		)
		ORDER BY plan.tenant_id, plan.voicemail_id, plan.row_number
	) wanted
	WHERE voicemail.tenant_id = wanted.tenant_id AND voicemail.id = wanted.voicemail_id
	RETURNING voicemail.tenant_id, voicemail.id
)
-- All rows that share the voicemail count as changed.
INSERT INTO touched (row_number, what)
SELECT plan.row_number, 'voicemail'
FROM changed
JOIN plan ON plan.tenant_id = changed.tenant_id AND plan.voicemail_id = changed.id;

WITH made AS (
	INSERT INTO voicemail (
		-- each column kept in voicemail: {kept},
		name, number, password, email, attach_audio, delete_messages, ask_password,
		-- end
		tenant_id, id, context_id)
	SELECT
		-- each column kept in voicemail: plan.{name},
		plan.voicemail_name, plan.voicemail_number, plan.voicemail_password, plan.voicemail_email,
		plan.voicemail_attach_audio, plan.voicemail_delete_messages, plan.voicemail_ask_password,
		-- end
		plan.tenant_id, plan.voicemail_id, plan.voicemail_context_id
	FROM plan
	JOIN made_voicemail USING (row_number)
	WHERE made_voicemail.how = 'anew'
	RETURNING id
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'voicemail', 'created'
FROM made_voicemail
JOIN made USING (id);

-- A user who leaves a voicemail for another one, or for none.
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'voicemail', 'detached'
FROM plan
WHERE old_voicemail_id IS NOT NULL AND voicemail_id IS DISTINCT FROM old_voicemail_id;
