-- The users of a scope.  Row level security shows its tenants only.

-- One page of the list.  $1 filter (users_filtered), $2 order, $3 descending, $4 how many,
-- $5 after how many.  The first row has no user, but how many there are.
--
-- One key is sorted by, some with the name; who has no value comes last both ways.  $6: no row at all
-- where it is better to wait first (users_settle).
-- name: users_list
WITH page AS (
	SELECT * FROM users_narrowed($1::jsonb, $2::text, $3::boolean, true, $4::bigint, $5::bigint, false)
	WHERE NOT ($6::boolean AND users_unsettled())
)
SELECT u.uuid, u.firstname, u.lastname, u.enabled, l.provisioning_code, l.protocol, x.exten, c.name AS context,
	u.tenant_id AS entity_id, t.name AS entity, u.email, u.mobile_phone_number, u.username,
	(SELECT string_agg(g.name, E'\n' ORDER BY g.name COLLATE "und-x-icu") FROM user_label m
		JOIN label g ON g.tenant_id = m.tenant_id AND g.id = m.label_id
		WHERE m.tenant_id = page.tenant_id AND m.user_id = page.user_id) AS labels,
	(SELECT string_agg(i.exten, E'\n' ORDER BY i.exten) FROM incall i
		WHERE i.tenant_id = page.tenant_id AND i.user_id = page.user_id) AS incalls,
	page.total, page.more
FROM page
LEFT JOIN users u ON u.tenant_id = page.tenant_id AND u.id = page.user_id
LEFT JOIN tenant t ON t.id = u.tenant_id
LEFT JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id
LEFT JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id
LEFT JOIN context c ON c.tenant_id = l.tenant_id AND c.id = l.context_id
ORDER BY page.place;

-- name: users_settle
SELECT users_settle();

-- How many users a filter lets through, however many they are.
-- name: users_count
SELECT total FROM users_narrowed($1::jsonb, 'id', false, false, 1, 0, true) WHERE place = 0;

-- The names that the filters of the list can choose from.
-- name: users_filters
SELECT kind, name FROM (
	SELECT DISTINCT 'context' AS kind, name FROM context WHERE type = 'internal'
	UNION SELECT 'label', name FROM label
	UNION SELECT 'permission', name FROM call_permission
) names
ORDER BY kind, name COLLATE "und-x-icu";

-- One user, with the columns of an export; a list has one item on each line.  $2: whether secrets are
-- shown.  It joins the same tables as the view user_row, but reads the lists of this user only.
-- name: users_one
SELECT concat_ws(' ', users.firstname, users.lastname) AS full_name, tenant.name AS entity,
	user_version(users) AS version,
	-- each column: {shown}
	users.uuid, users.tenant_id AS entity_id, users.subscription_type, users.firstname, users.lastname,
	users.email, users.language, users.mobile_phone_number, users.outgoing_caller_id, users.enabled::int,
	users.supervision_enabled::int, users.call_transfer_enabled::int, users.dtmf_hangup_enabled::int,
	users.call_record_outgoing_external_enabled::int, users.call_record_outgoing_internal_enabled::int,
	users.call_record_incoming_external_enabled::int, users.call_record_incoming_internal_enabled::int,
	users.online_call_record_enabled::int, users.simultaneous_calls, users.ring_seconds,
	CASE WHEN $2::boolean OR users.call_permission_password IS NULL THEN users.call_permission_password ELSE '********' END AS call_permission_password,
	users.userfield, users.username,
	CASE WHEN users.password_hash IS NOT NULL THEN '********' END AS password,
	users.cti_profile_enabled::int, cti_profile_name.name AS cti_profile_name, labels.labels,
	line.protocol AS line_protocol, extension.exten, context.name AS context, line_site.name AS line_site,
	line.sip_username,
	CASE WHEN $2::boolean OR line.sip_secret IS NULL THEN line.sip_secret ELSE '********' END AS sip_secret,
	line.provisioning_code, incall.incall_exten, incall.incall_context, incall.incall_ring_seconds,
	voicemail.name AS voicemail_name, voicemail.number AS voicemail_number,
	voicemail_context.name AS voicemail_context,
	CASE WHEN $2::boolean OR voicemail.password IS NULL THEN voicemail.password ELSE '********' END AS voicemail_password,
	voicemail.email AS voicemail_email, voicemail.attach_audio::int AS voicemail_attach_audio,
	voicemail.delete_messages::int AS voicemail_delete_messages,
	voicemail.ask_password::int AS voicemail_ask_password, call_permissions.call_permissions
	-- end
FROM users
JOIN tenant ON tenant.id = users.tenant_id
LEFT JOIN cti_profile cti_profile_name ON cti_profile_name.tenant_id = users.tenant_id
	AND cti_profile_name.id = users.cti_profile_id
LEFT JOIN line ON line.tenant_id = users.tenant_id AND line.user_id = users.id
LEFT JOIN line_template line_site ON line_site.tenant_id = line.tenant_id
	AND line_site.id = line.line_template_id
LEFT JOIN extension ON extension.tenant_id = line.tenant_id AND extension.line_id = line.id
LEFT JOIN context ON context.tenant_id = line.tenant_id AND context.id = line.context_id
LEFT JOIN voicemail ON voicemail.tenant_id = users.tenant_id AND voicemail.id = users.voicemail_id
LEFT JOIN context voicemail_context ON voicemail_context.tenant_id = voicemail.tenant_id
	AND voicemail_context.id = voicemail.context_id
LEFT JOIN LATERAL (
	SELECT string_agg(n.exten, E'\n' ORDER BY n.id) AS incall_exten,
		string_agg(k.name, E'\n' ORDER BY n.id) AS incall_context,
		CASE WHEN count(n.ring_seconds) > 0 THEN
			string_agg(coalesce(n.ring_seconds::text, '-'), E'\n' ORDER BY n.id)
		END AS incall_ring_seconds
	FROM incall n JOIN context k ON k.tenant_id = n.tenant_id AND k.id = n.context_id
	WHERE n.tenant_id = users.tenant_id AND n.user_id = users.id
) incall ON true
LEFT JOIN LATERAL (
	SELECT string_agg(label.name, E'\n' ORDER BY label.name COLLATE "und-x-icu") AS labels
	FROM user_label m JOIN label ON label.tenant_id = m.tenant_id AND label.id = m.label_id
	WHERE m.tenant_id = users.tenant_id AND m.user_id = users.id
) labels ON true
LEFT JOIN LATERAL (
	SELECT string_agg(q.name, E'\n' ORDER BY q.name COLLATE "und-x-icu") AS call_permissions
	FROM user_call_permission m
	JOIN call_permission q ON q.tenant_id = m.tenant_id AND q.id = m.call_permission_id
	WHERE m.tenant_id = users.tenant_id AND m.user_id = users.id
) call_permissions ON true
WHERE users.uuid = $1::uuid;

-- Sheets to print: $1 filter (users_filtered), $2 whether secrets are shown, $3 how many, $4
-- after how many.
-- name: users_sheets
SELECT u.uuid, concat_ws(' ', u.firstname, u.lastname) AS name, t.name AS entity, x.exten, u.username,
	l.provisioning_code, l.sip_username, CASE WHEN $2::boolean THEN l.sip_secret END AS sip_secret,
	CASE WHEN l.sip_username IS NOT NULL THEN (SELECT realm FROM telephony) END AS realm,
	v.number AS voicemail_number, CASE WHEN $2 THEN v.password END AS voicemail_password,
	v.password IS NOT NULL AS has_pin,
	(SELECT string_agg(i.exten, E'\n' ORDER BY i.exten) FROM incall i
		WHERE i.tenant_id = u.tenant_id AND i.user_id = u.id) AS incalls
FROM (
	SELECT * FROM users_filtered($1::jsonb)
	ORDER BY concat_ws(' ', firstname, lastname) COLLATE "und-x-icu", id
	LIMIT $3::bigint OFFSET $4::bigint
) u
JOIN tenant t ON t.id = u.tenant_id
LEFT JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id
LEFT JOIN extension x ON x.tenant_id = l.tenant_id AND x.line_id = l.id
LEFT JOIN voicemail v ON v.tenant_id = u.tenant_id AND v.id = u.voicemail_id
ORDER BY concat_ws(' ', u.firstname, u.lastname) COLLATE "und-x-icu", u.id;

-- Takes the locks of a job (db.sql) in the tenants of the users; an error if one still runs after a second.
-- It is waited for because a job's end is seen some milliseconds before its locks are free.
-- name: users_delete_lock
SELECT set_config('lock_timeout', '1s', true), pg_advisory_xact_lock_shared(1, 0),
	(SELECT count(pg_advisory_xact_lock(2, tenant_id)) FROM (
		SELECT DISTINCT tenant_id FROM users WHERE uuid = ANY ($1::uuid[]) ORDER BY 1) touched),
	set_config('lock_timeout', '0', true);

-- Adds a job, which has ended already, that records what is deleted: $2 tenant (0: all), $3 and $4 who.
-- Without users to delete there is no job.
-- name: users_delete_job
WITH gone AS (
	SELECT count(*) AS n, array_agg(concat_ws(' ', firstname, lastname) ORDER BY id) AS names
	FROM users WHERE uuid = ANY ($1::uuid[])
), made AS (
	INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, attempt,
		percent, rows, counts, kept_as_sent, started_at, ended_at)
	SELECT nullif($2::int, 0), $3::bigint, $4, 'delete',
		array_to_string(names[:3], ', ') || CASE WHEN n > 3 THEN ', …' ELSE '' END, 0, sha256(''),
		'delete:' || gen_random_uuid(), 'done', 1, 100, n, json_build_object('users', n), false,
		clock_timestamp(), clock_timestamp()
	FROM gone WHERE n > 0
	RETURNING id
)
SELECT set_config('rollcall.job', id::text, true), set_config('rollcall.kind', 'delete', true) FROM made;

-- The users' incalls stay and are free, or are deleted too ($2).
-- name: users_delete_incalls
WITH gone AS (
	DELETE FROM incall
	USING users u
	WHERE $2::boolean AND u.uuid = ANY ($1::uuid[]) AND incall.tenant_id = u.tenant_id AND incall.user_id = u.id
)
UPDATE incall SET user_id = NULL, ring_seconds = NULL
FROM users u
WHERE NOT $2 AND u.uuid = ANY ($1::uuid[]) AND incall.tenant_id = u.tenant_id AND incall.user_id = u.id;

-- Line, extension and memberships are deleted with the user.  The voicemail is only deleted with $2, and if
-- nobody else has it.
-- name: users_delete
WITH gone AS (
	DELETE FROM users WHERE uuid = ANY ($1::uuid[]) RETURNING uuid, tenant_id, voicemail_id
), emptied AS (
	DELETE FROM voicemail
	USING gone
	WHERE $2::boolean AND voicemail.tenant_id = gone.tenant_id AND voicemail.id = gone.voicemail_id
		AND NOT EXISTS (SELECT FROM users other WHERE other.tenant_id = voicemail.tenant_id
			AND other.voicemail_id = voicemail.id AND other.uuid <> ALL ($1::uuid[]))
)
SELECT uuid, tenant_id FROM gone;

-- The contexts with their ranges; how many numbers are free, and the first of them.  A range of numbers
-- longer than 18 digits is not counted (size null).
--
-- Whole thousands are counted already (number_count); the numbers of a part of one are looked up by an index, all at
-- once, so that a small table that PostgreSQL knows nothing of yet is read once and not for each number.
-- The first free number is in the first thousand that is not full.  For incoming numbers of which
-- only the last digits count, all numbers of the context are read in order: the first gap is where the n-th
-- of them is not the n-th of the range.
-- name: users_ranges
WITH ranges AS (
	SELECT c.tenant_id, c.id, c.name, c.type, r.kind, r.low, r.high, length(r.low) AS digits, r.did_length,
		CASE WHEN length(r.low) <= 18 THEN r.low::bigint END AS first,
		CASE WHEN length(r.low) <= 18 THEN r.high::bigint END AS last,
		length(r.low) <= 18 AND r.did_length > 0 AS by_end
	FROM context c
	LEFT JOIN context_range r ON r.tenant_id = c.tenant_id AND r.context_id = c.id AND r.kind IN ('user', 'incall')
	WHERE c.type IN ('internal', 'incall') OR r.kind IS NOT NULL
), counted AS (
	SELECT r.*, CASE WHEN by_end THEN ends.n ELSE whole.n + parts.n + aside.n END AS taken, ends.before_gap, whole.n_full + least(aside.n, 100) AS n_full,
		aside.n AS reserved
	FROM ranges r
	CROSS JOIN LATERAL (
		SELECT count(*) AS n, min(place - 1) FILTER (WHERE number::bigint <> r.first + place - 1) AS before_gap
		FROM (
			SELECT number, row_number() OVER (ORDER BY number) AS place
			FROM (
				SELECT right(ltrim(i.exten, '+'), r.did_length) AS number
				FROM incall i
				WHERE r.by_end AND i.tenant_id = r.tenant_id AND i.context_id = r.id AND i.user_id IS NOT NULL
				UNION
				SELECT right(ltrim(v.number, '+'), r.did_length)
				FROM context_reserved v
				WHERE r.by_end AND v.tenant_id = r.tenant_id AND v.context_id = r.id
			) ends
			WHERE number >= r.low AND number <= r.high AND length(number) = r.digits
				AND translate(number, '0123456789', '') = ''
		) places
	) ends
	CROSS JOIN LATERAL (
		SELECT coalesce(sum(b.n) FILTER (WHERE b.block * 1000 >= r.first AND b.block * 1000 + 999 <= r.last), 0)::bigint AS n,
			count(*) FILTER (WHERE b.n >= 1000) AS n_full
		FROM number_count b
		WHERE NOT r.by_end AND b.tenant_id = r.tenant_id AND b.context_id = r.id AND b.kind = r.kind
			AND b.digits = r.digits AND b.block BETWEEN r.first / 1000 AND r.last / 1000
	) whole
	CROSS JOIN LATERAL (
		SELECT count(*) AS n
		FROM (SELECT DISTINCT block FROM (VALUES (r.first / 1000), (r.last / 1000)) AS ending (block)) AS part
		CROSS JOIN LATERAL (SELECT ARRAY(SELECT lpad(number::text, r.digits, '0')
			FROM generate_series(greatest(block * 1000, r.first), least(block * 1000 + 999, r.last)) AS number) AS numbers) part_of
		CROSS JOIN LATERAL (
			SELECT FROM extension x
			WHERE r.kind = 'user' AND x.tenant_id = r.tenant_id AND x.context_id = r.id
				AND x.exten = ANY (part_of.numbers) AND x.line_id IS NOT NULL
			UNION ALL
			SELECT FROM incall i
			WHERE r.kind = 'incall' AND i.tenant_id = r.tenant_id AND i.context_id = r.id AND i.exten_key = ANY (part_of.numbers)
		) taken
		WHERE NOT r.by_end AND (block * 1000 < r.first OR block * 1000 + 999 > r.last)
	) parts
	CROSS JOIN LATERAL (
		-- Reserved numbers without an owner.
		SELECT count(*) AS n
		FROM (SELECT DISTINCT ltrim(v.number, '+') AS number FROM context_reserved v
			WHERE NOT r.by_end AND v.tenant_id = r.tenant_id AND v.context_id = r.id) v
		WHERE length(v.number) = r.digits AND v.number >= r.low AND v.number <= r.high AND NOT CASE r.kind
			WHEN 'user' THEN EXISTS (SELECT FROM extension x WHERE x.tenant_id = r.tenant_id AND x.context_id = r.id
				AND x.exten = v.number AND x.line_id IS NOT NULL)
			ELSE EXISTS (SELECT FROM incall i WHERE i.tenant_id = r.tenant_id AND i.context_id = r.id
				AND i.exten IN (v.number, '+' || v.number) AND i.user_id IS NOT NULL) END
	) aside
)
SELECT tenant_id AS entity_id, id, name, type, kind, low, high, last - first + 1 AS size, last - first + 1 - taken AS free,
	CASE WHEN taken > last - first THEN NULL
		WHEN by_end THEN lpad((first + coalesce(before_gap, taken))::text, digits, '0')
		ELSE (
			SELECT first_of.number
			FROM (
				SELECT block.block, coalesce(b.n, 0) AS n
				FROM generate_series(first / 1000, least(last / 1000, first / 1000 + n_full + 2)) AS block
				LEFT JOIN number_count b ON b.tenant_id = r.tenant_id AND b.context_id = r.id
					AND b.kind = r.kind AND b.digits = r.digits AND b.block = block.block
				WHERE coalesce(b.n, 0) < 1000
				ORDER BY block.block
				OFFSET 0
			) begun
			CROSS JOIN LATERAL (
				-- Of n taken and some reserved ones the next number is free.
				SELECT ARRAY(SELECT lpad(number::text, r.digits, '0') FROM generate_series(greatest(block * 1000, first),
					least(block * 1000 + 999, last, greatest(block * 1000, first) + n + reserved)) AS number) AS numbers
				OFFSET 0
			) near
			CROSS JOIN LATERAL (
				SELECT min(number) AS number
				FROM (
					SELECT unnest(near.numbers) COLLATE "C"
					EXCEPT (
						SELECT x.exten FROM extension x
						WHERE r.kind = 'user' AND x.tenant_id = r.tenant_id AND x.context_id = r.id
							AND x.exten = ANY (near.numbers) AND x.line_id IS NOT NULL
						UNION ALL
						SELECT i.exten_key FROM incall i
						WHERE r.kind = 'incall' AND i.tenant_id = r.tenant_id AND i.context_id = r.id AND i.exten_key = ANY (near.numbers)
						UNION ALL
						SELECT ltrim(v.number, '+') FROM context_reserved v WHERE v.tenant_id = r.tenant_id AND v.context_id = r.id
					)
				) AS free (number)
			) first_of
			WHERE first_of.number IS NOT NULL
			LIMIT 1
		) END AS next
FROM counted r
ORDER BY tenant_id, type DESC, name COLLATE "und-x-icu", id, digits, low, high;

-- The names that cells of a file can have.
-- name: users_names
SELECT kind, name FROM (
	SELECT DISTINCT 'permission' AS kind, name FROM call_permission
	UNION ALL SELECT DISTINCT 'label', name FROM label
	UNION ALL SELECT DISTINCT 'profile', name FROM cti_profile
	UNION ALL SELECT DISTINCT 'site', name FROM line_template
) names
ORDER BY kind, name COLLATE "und-x-icu";

-- name: users_entities
SELECT id, name FROM tenant ORDER BY id;
