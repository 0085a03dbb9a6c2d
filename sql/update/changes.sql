-- The cells that an update would change.  A plain password always counts as a change.  A value
-- that is generated when the job is applied is empty here, and provisioning codes are left out.

-- The users' own columns: what is wanted beside what is stored, each column that the file has.
DO $cells$
DECLARE
	cells constant text := (SELECT string_agg(format(CASE own.atttypid
			WHEN 'boolean'::regtype THEN '(%s, %L, users.%I::int::text, (%s)::int::text)' ELSE '(%s, %L, users.%I::text, (%s)::text)' END,
			place.attnum, name, kept, wanted), ', ')
		FROM own_columns(ARRAY(SELECT column_name FROM position))
		JOIN pg_attribute place ON place.attrelid = 'user_row'::regclass AND place.attname = name
		JOIN pg_attribute own ON own.attrelid = 'users'::regclass AND own.attname = kept
		WHERE name IN (SELECT column_name FROM position));
BEGIN
	IF cells IS NOT NULL THEN
		EXECUTE format($sql$
			INSERT INTO change (row_number, n, column_name, old, new, generated)
			SELECT found.row_number, cell.n, cell.name, cell.old, cell.new, false
			FROM found
			JOIN stage USING (row_number)
			JOIN users ON users.tenant_id = found.tenant_id AND users.id = found.user_id
			CROSS JOIN LATERAL (VALUES %s) AS cell (n, name, old, new)
			WHERE found.differs AND cell.old IS DISTINCT FROM cell.new $sql$, cells);
	END IF;
END
$cells$;

INSERT INTO change (row_number, n, column_name, old, new, generated)
SELECT plan.row_number, place.attnum, 'password', users.password_hash,
	CASE WHEN plan.plain_password THEN '********' ELSE plan.password END, false
FROM plan
JOIN users ON users.tenant_id = plan.tenant_id AND users.id = plan.user_id
JOIN pg_attribute place ON place.attrelid = 'user_row'::regclass AND place.attname = 'password'
WHERE (SELECT given.password FROM given) AND (plan.plain_password OR plan.password IS DISTINCT FROM users.password_hash);

-- Of secrets that count as changed even where they are the stored ones.
INSERT INTO change (row_number, n, column_name, old, new, generated)
SELECT secret.row_number, place.attnum, secret.column_name, cell.stored, cell.stored, false
FROM secret_given secret
JOIN plan USING (row_number)
JOIN users ON users.tenant_id = plan.tenant_id AND users.id = plan.user_id
JOIN pg_attribute place ON place.attrelid = 'user_row'::regclass AND place.attname = secret.column_name
CROSS JOIN LATERAL (SELECT CASE secret.column_name WHEN 'password' THEN users.password_hash
	ELSE users.call_permission_password END) AS cell (stored)
WHERE secret.what = 'user'
	AND (secret.row_number, secret.column_name) NOT IN (SELECT row_number, column_name FROM change);

-- All others: the users as they would be (after) beside what they are, now that applying has
-- been rolled back.  Of a user that it makes the cells that the file has, of one that it deletes all.
INSERT INTO change (row_number, n, column_name, old, new, generated)
SELECT row_number, n, column_name, old,
	CASE WHEN plain THEN '********' WHEN NOT drawn THEN new END, drawn
FROM (
	SELECT plan.row_number, plan.is_new, cell.n, names.of[cell.n] AS column_name, cell.old, cell.new,
		names.of[cell.n] = 'password' AND plan.plain_password AS plain,
		plan.line_id IS NULL AND (names.of[cell.n] = 'sip_username' AND plan.drawn
			OR names.of[cell.n] = 'sip_secret' AND plan.drawn_secret) AS drawn
	FROM after
	JOIN plan ON plan.row_number = after.row_number
	LEFT JOIN user_cells ON user_cells.uuid = plan.uuid
	CROSS JOIN (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = 'user_row'::regclass AND attnum > 0 OFFSET 0) AS names (of)
	CROSS JOIN LATERAL unnest(after.cells, user_cells.cells) WITH ORDINALITY AS cell (new, old, n)
	WHERE cell.new IS DISTINCT FROM cell.old OR (plan.row_number, names.of[cell.n]) IN (
		SELECT row_number, column_name FROM secret_given WHERE what <> 'user')
) cell
WHERE column_name <> 'provisioning_code'
	AND CASE WHEN is_new THEN drawn OR column_name IN (SELECT column_name FROM position)
		ELSE column_name NOT IN (
			-- each column kept in users: '{name}',
			'subscription_type', 'firstname', 'lastname', 'email', 'language',
			'mobile_phone_number', 'outgoing_caller_id', 'enabled', 'supervision_enabled',
			'call_transfer_enabled', 'dtmf_hangup_enabled',
			'call_record_outgoing_external_enabled', 'call_record_outgoing_internal_enabled',
			'call_record_incoming_external_enabled', 'call_record_incoming_internal_enabled',
			'online_call_record_enabled', 'simultaneous_calls', 'ring_seconds',
			'call_permission_password', 'userfield', 'username', 'cti_profile_enabled',
			-- end
			'password'
		) END;

INSERT INTO change (row_number, n, column_name, old, generated)
SELECT leaver.row_number, place.attnum, place.attname, cell.value, false
FROM deleted_user leaver
JOIN users ON users.tenant_id = leaver.tenant_id AND users.id = leaver.user_id
JOIN user_cells ON user_cells.uuid = users.uuid
CROSS JOIN LATERAL unnest(user_cells.cells) WITH ORDINALITY AS cell (value, n)
JOIN pg_attribute place ON place.attrelid = 'user_row'::regclass AND place.attnum = cell.n
WHERE cell.value <> '' AND place.attname <> 'provisioning_code';

INSERT INTO change (row_number, n, column_name, old, new, generated)
SELECT row_number, 1, 'enabled', '1', '0', false
FROM disabled_user;
