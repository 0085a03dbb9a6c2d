-- Two rows must not make or change one voicemail differently; warn where what changes is shared with
-- other users, where one more user gets it, and where a user loses one.
-- columns: voicemail.*
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT DISTINCT ON (greatest(plan.row_number, maker.row_number)) greatest(plan.row_number, maker.row_number),
	CASE WHEN plan.row_number > maker.row_number THEN plan.line ELSE maker.line END,
	'duplicate.voicemail', 'voicemail_number', plan.voicemail_number,
	jsonb_build_object('row', least(plan.row_number, maker.row_number)::text)
FROM made_voicemail made
JOIN plan maker USING (row_number)
JOIN plan ON plan.tenant_id = made.tenant_id AND plan.voicemail_id = made.id
WHERE plan.row_number <> made.row_number AND made.how <> 'moved'
	AND (
		-- each column kept in voicemail but voicemail_number: plan.{name}
		plan.voicemail_name, plan.voicemail_password, plan.voicemail_email,
		plan.voicemail_attach_audio, plan.voicemail_delete_messages, plan.voicemail_ask_password
		-- end
	) IS DISTINCT FROM (
		-- each column kept in voicemail but voicemail_number: maker.{name}
		maker.voicemail_name, maker.voicemail_password, maker.voicemail_email,
		maker.voicemail_attach_audio, maker.voicemail_delete_messages, maker.voicemail_ask_password
		-- end
	)
ORDER BY greatest(plan.row_number, maker.row_number), least(plan.row_number, maker.row_number);

WITH changing AS (
	SELECT plan.row_number, plan.line, plan.user_id, voicemail.tenant_id, voicemail.id,
		plan.voicemail_number AS number,
		(
			-- each column kept in voicemail but voicemail_password: plan.{name},
			plan.voicemail_name, plan.voicemail_number, plan.voicemail_email,
			plan.voicemail_attach_audio, plan.voicemail_delete_messages,
			plan.voicemail_ask_password,
			-- end
			plan.voicemail_context_id
		)::text AS wanted,
		pin.judged, plan.voicemail_password AS pin,
		(plan.voicemail_context_id, plan.voicemail_number)
			IS DISTINCT FROM (voicemail.context_id, voicemail.number) AS moves,
		(
			-- each column kept in voicemail but voicemail_password: plan.{name},
			plan.voicemail_name, plan.voicemail_number, plan.voicemail_email,
			plan.voicemail_attach_audio, plan.voicemail_delete_messages,
			plan.voicemail_ask_password,
			-- end
			plan.voicemail_context_id
		) IS DISTINCT FROM (
			-- each column kept in voicemail but voicemail_password: voicemail.{kept},
			voicemail.name, voicemail.number, voicemail.email, voicemail.attach_audio,
			voicemail.delete_messages, voicemail.ask_password,
			-- end
			voicemail.context_id
		) OR pin.changes AS changes,
		plan.old_voicemail_id IS DISTINCT FROM voicemail.id AS comes,
		min(plan.user_id) OVER of_one <> max(plan.user_id) OVER of_one AS several
	FROM plan
	JOIN voicemail ON voicemail.tenant_id = plan.tenant_id AND voicemail.id = plan.voicemail_id
	JOIN stage USING (row_number)
	CROSS JOIN given
	-- An account without users.secrets must not learn whether a PIN is the stored one: a PIN in
	-- the file counts as a change, whatever is stored.
	CROSS JOIN LATERAL (SELECT given.voicemail_password AND NOT 'voicemail_password' = ANY (stage.kept)) AS pin_given (it_is)
	CROSS JOIN LATERAL (SELECT it_is OR (SELECT job_secrets()),
		it_is AND (NOT (SELECT job_secrets()) AND stage.voicemail_password IS NOT NULL
			OR plan.voicemail_password IS DISTINCT FROM voicemail.password)
	) AS pin (judged, changes)
	WHERE voicemail.id NOT IN (SELECT id FROM made_voicemail WHERE how = 'taken over')
	WINDOW of_one AS (PARTITION BY voicemail.tenant_id, voicemail.id)
), first AS (
	SELECT DISTINCT ON (tenant_id, id) tenant_id, id, row_number, line, wanted, judged, pin, moves
	FROM changing
	WHERE changes
	ORDER BY tenant_id, id, row_number
), differing AS (
	INSERT INTO issue (row_number, line, key, column_name, value, params)
	SELECT greatest(changing.row_number, first.row_number),
		CASE WHEN changing.row_number > first.row_number THEN changing.line ELSE first.line END,
		'duplicate.voicemail', 'voicemail_number', changing.number,
		jsonb_build_object('row', least(changing.row_number, first.row_number)::text)
	FROM changing
	JOIN first USING (tenant_id, id)
	WHERE changing.row_number <> first.row_number AND (changing.wanted <> first.wanted
			OR (changing.judged AND first.judged AND changing.pin IS DISTINCT FROM first.pin))
		-- A row that leaves the voicemail as it is does not contradict one that changes
		-- it, except for the number: there the file must say which one counts.
		AND (changing.changes OR first.moves)
	RETURNING row_number
)
INSERT INTO issue (row_number, line, level, key, column_name, value)
SELECT row_number, line, 'warning', CASE WHEN changes THEN 'shared.changed' ELSE 'shared.used' END,
	'voicemail_number', number
FROM changing
WHERE (changes OR comes) AND EXISTS (
	SELECT FROM users
	WHERE users.tenant_id = changing.tenant_id AND users.voicemail_id = changing.id
		AND users.id <> changing.user_id
		-- Who has it at the end, as users of the file may leave it.  Computed once.
		AND users.id NOT IN (SELECT user_id FROM plan
			WHERE voicemail_id IS DISTINCT FROM old_voicemail_id)
		AND users.id NOT IN (SELECT user_id FROM deleted_user))
	OR (comes AND several);

-- Name the columns that the file has and the two rows differ in.
UPDATE issue
SET column_name = coalesce(differing.first, 'voicemail_number'),
	value = CASE WHEN coalesce(differing.first, 'voicemail_number') = 'voicemail_number' THEN issue.value END,
	params = issue.params || jsonb_strip_nulls(jsonb_build_object('number', issue.value, 'columns', differing.columns))
FROM stage one, stage other, LATERAL (
	SELECT string_agg(cell.column_name, ', ' ORDER BY position.n) AS columns,
		(array_agg(cell.column_name ORDER BY position.n))[1] AS first
	FROM (VALUES
		-- each column of voicemail: ('{name}', one.{name}::text, other.{name}::text)
		('voicemail_name', one.voicemail_name::text, other.voicemail_name::text),
		('voicemail_number', one.voicemail_number::text, other.voicemail_number::text),
		('voicemail_context', one.voicemail_context::text, other.voicemail_context::text),
		('voicemail_password', one.voicemail_password::text, other.voicemail_password::text),
		('voicemail_email', one.voicemail_email::text, other.voicemail_email::text),
		('voicemail_attach_audio', one.voicemail_attach_audio::text, other.voicemail_attach_audio::text),
		('voicemail_delete_messages', one.voicemail_delete_messages::text, other.voicemail_delete_messages::text),
		('voicemail_ask_password', one.voicemail_ask_password::text, other.voicemail_ask_password::text)
		-- end
	) AS cell (column_name, here, there)
	JOIN position USING (column_name)
	WHERE cell.here IS DISTINCT FROM cell.there
) differing
WHERE issue.key = 'duplicate.voicemail' AND one.row_number = issue.row_number AND other.row_number = (issue.params ->> 'row')::bigint;
