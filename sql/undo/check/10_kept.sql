-- Warn of what was changed after the job, and therefore stays as it is.
-- A number that somebody else has by now is a cell of both; who had it is told that it does
-- not come back.
INSERT INTO issue (row_number, level, key, column_name, value, params)
SELECT 0, 'warning', told.key, cell.column_name, told.value,
	jsonb_strip_nulls(jsonb_build_object('user', coalesce(nullif(concat_ws(' ', users.firstname, users.lastname), ''),
		nullif(concat_ws(' ', own.cells -> 'firstname', own.cells -> 'lastname'), ''))))
FROM (
	SELECT relation, tenant_id, id, item_id, user_id, name, old || CASE WHEN NOT moved THEN '' WHEN relation = 'incall'
			THEN hstore('user_id', user_id::text) ELSE 'line_id=>0' END AS old,
		slice(now, akeys(new - akeys(cells) - CASE WHEN relation = 'users' AND id IN (
				SELECT id FROM left_out WHERE relation = 'users' AND column_name = 'voicemail_number')
				THEN '{voicemail_id}'::text[] ELSE '{}' END) || CASE WHEN moved THEN '{user_id,line_id}'::text[] ELSE '{}' END) AS stays, CASE relation
		WHEN 'incall' THEN (now -> 'user_id')::bigint
		WHEN 'extension' THEN (SELECT line.user_id FROM line
			WHERE line.tenant_id = back.tenant_id AND line.id = (now -> 'line_id')::bigint) END AS holder
	FROM back
	WHERE existed AND remained AND now IS NOT NULL
) back
CROSS JOIN LATERAL change_cells(ROW(0, 0, tenant_id, relation, id, item_id, coalesce(holder, user_id), name, 'update',
	row_masked(slice(stays, ARRAY(SELECT key FROM each(stays) WHERE value IS DISTINCT FROM back.old -> key))),
	row_masked(slice(back.old, ARRAY(SELECT key FROM each(stays) WHERE value IS DISTINCT FROM back.old -> key))))::job_row_change) AS cell
CROSS JOIN LATERAL (
	SELECT coalesce(cell.user_id, back.user_id) AS user_id,
		CASE WHEN taken.is THEN 'kept.gone' ELSE 'kept.cell' END AS key,
		CASE WHEN taken.is THEN cell.becomes ELSE cell.was END AS value
	FROM (SELECT holder IS NOT NULL AND cell.was IS NULL AND cell.column_name IN ('exten', 'incall_exten') AS is) taken
) told
LEFT JOIN users ON users.tenant_id = back.tenant_id AND users.id = told.user_id
LEFT JOIN back own ON own.relation = 'users' AND own.id = told.user_id AND own.act = 'insert'
WHERE stays <> '' AND (told.user_id IS NULL OR told.user_id NOT IN (SELECT user_id FROM stays))
	-- The seconds go with the number.
	AND NOT (cell.column_name = 'incall_ring_seconds' AND told.user_id <> coalesce(holder, back.user_id));

-- What the job made and somebody changed since.
INSERT INTO issue (row_number, level, key, column_name, value, params)
SELECT 0, 'warning', 'kept.cell', made.column_name, made.value,
	jsonb_strip_nulls(jsonb_build_object('user', nullif(concat_ws(' ', users.firstname, users.lastname), '')))
FROM back
CROSS JOIN LATERAL (
	SELECT 'line_protocol', protocol FROM line WHERE back.relation = 'line' AND tenant_id = back.tenant_id AND id = back.id
	UNION ALL
	SELECT 'exten', exten FROM extension WHERE back.relation = 'extension' AND tenant_id = back.tenant_id AND id = back.id
	UNION ALL
	SELECT 'incall_exten', exten FROM incall WHERE back.relation = 'incall' AND tenant_id = back.tenant_id AND id = back.id
	UNION ALL
	SELECT 'voicemail_number', number FROM voicemail
	WHERE back.relation = 'voicemail' AND tenant_id = back.tenant_id AND id = back.id
) made (column_name, value)
LEFT JOIN users ON users.tenant_id = back.tenant_id AND users.id = back.user_id
WHERE NOT back.existed AND back.now IS NOT NULL AND back.act IS NULL
	AND (back.user_id IS NULL OR back.user_id NOT IN (SELECT user_id FROM stays));

-- What the job changed and somebody deleted since: users by the names that they had then.
INSERT INTO issue (row_number, level, key, params)
SELECT 0, 'warning', 'kept.deleted', jsonb_build_object('user', coalesce(gone.name, ''))
FROM back
LEFT JOIN LATERAL (
	SELECT concat_ws(' ', c.old -> 'firstname', c.old -> 'lastname') AS name
	FROM job_row_change c
	WHERE c.tenant_id = back.tenant_id AND c.user_id = back.id AND c.relation = 'users' AND c.how = 'delete'
	ORDER BY c.n DESC LIMIT 1
) gone ON true
WHERE back.relation = 'users' AND back.existed AND back.remained AND back.now IS NULL;

INSERT INTO issue (row_number, level, key, column_name, value, params)
SELECT 0, 'warning', 'kept.gone',
	CASE back.relation WHEN 'extension' THEN 'exten' WHEN 'incall' THEN 'incall_exten' ELSE 'voicemail_number' END,
	back.name, jsonb_strip_nulls(jsonb_build_object('user', nullif(concat_ws(' ', users.firstname, users.lastname), '')))
FROM back
LEFT JOIN users ON users.tenant_id = back.tenant_id AND users.id = back.user_id
WHERE back.relation IN ('extension', 'incall', 'voicemail') AND back.existed AND back.remained AND back.now IS NULL
	AND (back.user_id IS NULL OR users.id IS NOT NULL);

INSERT INTO issue (row_number, level, key, params)
SELECT 0, 'warning', 'kept.user', jsonb_build_object('user', concat_ws(' ', users.firstname, users.lastname))
FROM stays
JOIN users ON users.id = stays.user_id;

INSERT INTO issue (row_number, level, key, column_name, value, params)
SELECT 0, 'warning', 'kept.gone', column_name, value,
	jsonb_strip_nulls(jsonb_build_object('user', coalesce(nullif(concat_ws(' ', users.firstname, users.lastname), ''),
		nullif(concat_ws(' ', own.cells -> 'firstname', own.cells -> 'lastname'), ''))))
FROM left_out
LEFT JOIN back ON (back.relation, back.id, back.item_id) = (left_out.relation, left_out.id, left_out.item_id)
LEFT JOIN users ON users.id = back.user_id AND users.tenant_id = back.tenant_id
LEFT JOIN back own ON own.relation = 'users' AND own.id = back.user_id;

-- Who gets into another one's voicemail, as all is to be taken back.
INSERT INTO issue (row_number, level, key, column_name, value, params)
SELECT 0, 'warning', 'shared.used', 'voicemail_number', v.number,
	jsonb_strip_nulls(jsonb_build_object('user', nullif(concat_ws(' ', coalesce(users.firstname, back.cells -> 'firstname'),
		coalesce(users.lastname, back.cells -> 'lastname')), '')))
FROM back
JOIN voicemail v ON v.tenant_id = back.tenant_id AND v.id = (back.cells -> 'voicemail_id')::bigint
LEFT JOIN users ON users.tenant_id = back.tenant_id AND users.id = back.id
WHERE back.relation = 'users' AND back.act IN ('insert', 'update')
	AND (v.tenant_id, v.id) IN (SELECT tenant_id, id FROM holder WHERE NOT had);
