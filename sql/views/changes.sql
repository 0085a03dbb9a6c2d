-- The changes of jobs as cells of a file.

-- All that is kept of what jobs changed: a row each (job_row_change), and out of blocks of many users.
-- Those of one user are found by `thousand` (user_id / 1000) too, which blocks have an index of.
DROP VIEW IF EXISTS kept_change;
CREATE VIEW kept_change WITH (security_invoker = true) AS
	SELECT c.job_id, c.n, 0::bigint AS place, c.tenant_id, c.relation, c.id, c.item_id, c.user_id, c.name, c.how, c.old, c.new,
		c.user_id / 1000 AS thousand, c AS change
	FROM job_row_change c
	UNION ALL
	SELECT b.job_id, b.n, one.place, b.tenant_id, 'users'::text, one.id, 0::bigint, one.id, NULL::text, 'update'::text, one.old, one.new,
		b.thousand, ROW(b.job_id, b.n, b.tenant_id, 'users', one.id, 0, one.id, NULL, 'update', one.old, one.new)::job_row_change
	FROM job_change_block b
	CROSS JOIN LATERAL unnest(b.ids, b.old, b.new) WITH ORDINALITY AS one (id, old, new, place);
GRANT SELECT ON kept_change TO rollcall_web, rollcall_worker;

-- The cells of the last one of some states of a row.
CREATE OR REPLACE AGGREGATE hstore_merge(hstore) (sfunc = hs_concat, stype = hstore, initcond = '');

-- The columns that are secret, by their names in files.
CREATE OR REPLACE FUNCTION secret_names() RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$
	SELECT ARRAY[
		-- each column secret: '{name}'
		'call_permission_password', 'password', 'sip_secret', 'voicemail_password'
		-- end
	]
$$;

-- Whether somebody who may see secrets, or not, is told that the row changed: who guesses at a secret must
-- not learn from the history whether the guess changed it.
CREATE OR REPLACE FUNCTION change_told(c job_row_change, secrets boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT secrets OR c.how <> 'update' OR NOT (akeys(c.new) <@ secret_columns()) $$;

-- What is kept of a job, in the order in which it happened: `few` rows after `skip`.  Of a block only the ones
-- that are asked for are taken out.
CREATE OR REPLACE FUNCTION changes_of_job(of int, secrets boolean, skip bigint, few bigint)
RETURNS TABLE (change job_row_change, place bigint)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM job_change_block b WHERE b.job_id = of) THEN
		RETURN QUERY SELECT c, 0::bigint FROM job_row_change c
		WHERE c.job_id = of AND change_told(c, secrets) ORDER BY c.n OFFSET skip LIMIT few;
		RETURN;
	END IF;
	RETURN QUERY
	WITH stored AS (
		SELECT c.n, 1 AS size FROM job_row_change c WHERE c.job_id = of AND change_told(c, secrets)
		UNION ALL
		SELECT b.n, b.size FROM job_change_block b WHERE b.job_id = of
	), chosen AS MATERIALIZED (
		SELECT counted.n, counted.before
		FROM (SELECT s.n, s.size, sum(s.size) OVER (ORDER BY s.n ROWS UNBOUNDED PRECEDING) - s.size AS before FROM stored s) counted
		WHERE counted.before + counted.size > skip AND counted.before < skip + few
	)
	SELECT c.change, c.place
	FROM chosen
	CROSS JOIN LATERAL (SELECT k.change, k.n, k.place FROM kept_change k WHERE k.job_id = of AND k.n = chosen.n OFFSET 0) c
	ORDER BY c.n, c.place OFFSET skip - (SELECT min(chosen.before) FROM chosen) LIMIT few;
END
$$;

-- The name that a file has in place of an id; empty if what it was of is deleted.
DROP FUNCTION IF EXISTS change_text(text, int, text);
CREATE OR REPLACE FUNCTION change_name(kind text, tenant int, value text) RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT CASE kind
		WHEN 'context' THEN (SELECT c.name FROM context c WHERE c.tenant_id = tenant AND c.id = value::bigint)
		WHEN 'line_template' THEN (SELECT t.name FROM line_template t
			WHERE t.tenant_id = tenant AND t.id = value::bigint)
		WHEN 'cti_profile' THEN (SELECT p.name FROM cti_profile p
			WHERE p.tenant_id = tenant AND p.id = value::bigint)
		WHEN 'voicemail' THEN (SELECT v.number FROM voicemail v
			WHERE v.tenant_id = tenant AND v.id = value::bigint)
		END
$$;

-- The ring seconds that an incoming number kept when it passed from one user to another: those that its next change
-- there says, or that it still has.
CREATE OR REPLACE FUNCTION ring_seconds_after(c job_row_change) RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT value
	FROM (
		SELECT later.n, later.old -> 'ring_seconds' AS value
		FROM job_row_change later
		WHERE later.tenant_id = c.tenant_id AND later.user_id = (c.new -> 'user_id')::bigint
			AND later.relation = 'incall' AND later.id = c.id AND later.n > c.n AND later.old ?| '{ring_seconds,user_id}'::text[]
		UNION ALL
		SELECT 9223372036854775807, i.ring_seconds::text
		FROM incall i
		WHERE i.tenant_id = c.tenant_id AND i.id = c.id AND i.user_id = (c.new -> 'user_id')::bigint
	) AS next
	WHERE c.n > 0
	ORDER BY n LIMIT 1
$$;

-- The cells of one stored row, and their users.  A number that moves from one user to another is a cell of
-- both, each with its own ring seconds.
CREATE OR REPLACE FUNCTION change_cells(c job_row_change)
RETURNS TABLE (user_id bigint, column_name text, was text, becomes text)
LANGUAGE sql STABLE
AS $$
	-- Most values are texts already, and a call of the function takes longer than all else here.
	SELECT c.user_id, k.name, CASE WHEN k.kind = 'boolean' THEN translate(c.old -> k.kept, 'tf', '10')
			WHEN k.kind IN ('context', 'line_template', 'cti_profile', 'voicemail') THEN change_name(k.kind, c.tenant_id, c.old -> k.kept)
			ELSE c.old -> k.kept END,
		CASE WHEN k.kind = 'boolean' THEN translate(c.new -> k.kept, 'tf', '10')
			WHEN k.kind IN ('context', 'line_template', 'cti_profile', 'voicemail') THEN change_name(k.kind, c.tenant_id, c.new -> k.kept)
			ELSE c.new -> k.kept END
	FROM (VALUES
		-- each column kept in users: ('users', '{kept}', '{name}', '{type}'),
		('users', 'subscription_type', 'subscription_type', 'int'),
		('users', 'firstname', 'firstname', 'text'), ('users', 'lastname', 'lastname', 'text'),
		('users', 'email', 'email', 'text'), ('users', 'language', 'language', 'text'),
		('users', 'mobile_phone_number', 'mobile_phone_number', 'text'),
		('users', 'outgoing_caller_id', 'outgoing_caller_id', 'text'),
		('users', 'enabled', 'enabled', 'boolean'),
		('users', 'supervision_enabled', 'supervision_enabled', 'boolean'),
		('users', 'call_transfer_enabled', 'call_transfer_enabled', 'boolean'),
		('users', 'dtmf_hangup_enabled', 'dtmf_hangup_enabled', 'boolean'),
		('users', 'call_record_outgoing_external_enabled', 'call_record_outgoing_external_enabled', 'boolean'),
		('users', 'call_record_outgoing_internal_enabled', 'call_record_outgoing_internal_enabled', 'boolean'),
		('users', 'call_record_incoming_external_enabled', 'call_record_incoming_external_enabled', 'boolean'),
		('users', 'call_record_incoming_internal_enabled', 'call_record_incoming_internal_enabled', 'boolean'),
		('users', 'online_call_record_enabled', 'online_call_record_enabled', 'boolean'),
		('users', 'simultaneous_calls', 'simultaneous_calls', 'int'),
		('users', 'ring_seconds', 'ring_seconds', 'int'),
		('users', 'call_permission_password', 'call_permission_password', 'text'),
		('users', 'userfield', 'userfield', 'text'), ('users', 'username', 'username', 'text'),
		('users', 'cti_profile_enabled', 'cti_profile_enabled', 'boolean'),
		-- end
		('users', 'password_hash', 'password', 'text'),
		('users', 'cti_profile_id', 'cti_profile_name', 'cti_profile'),
		('users', 'voicemail_id', 'voicemail_number', 'voicemail'),
		-- each column kept in line: ('line', '{kept}', '{name}', '{type}'),
		('line', 'protocol', 'line_protocol', 'text'),
		('line', 'sip_username', 'sip_username', 'text COLLATE "C"'),
		('line', 'sip_secret', 'sip_secret', 'text'),
		-- end
		('line', 'context_id', 'context', 'context'),
		('line', 'line_template_id', 'line_site', 'line_template'),
		-- each column kept in voicemail: ('voicemail', '{kept}', '{name}', '{type}'),
		('voicemail', 'name', 'voicemail_name', 'text'),
		('voicemail', 'number', 'voicemail_number', 'text COLLATE "C"'),
		('voicemail', 'password', 'voicemail_password', 'text'),
		('voicemail', 'email', 'voicemail_email', 'text'),
		('voicemail', 'attach_audio', 'voicemail_attach_audio', 'boolean'),
		('voicemail', 'delete_messages', 'voicemail_delete_messages', 'boolean'),
		('voicemail', 'ask_password', 'voicemail_ask_password', 'boolean'),
		-- end
		('voicemail', 'context_id', 'voicemail_context', 'context')
	) AS k (relation, kept, name, kind)
	-- Two masked secrets look the same, but are different values.
	WHERE k.relation = c.relation AND CASE c.how WHEN 'update' THEN c.old ? k.kept
		ELSE coalesce(c.old, c.new) -> k.kept IS NOT NULL END
	UNION ALL
	SELECT side.user_id, number.column_name, side.was, side.becomes
	FROM (
		SELECT CASE c.relation WHEN 'extension' THEN 'line_id' ELSE 'user_id' END AS holder, cell.column_name,
			CASE WHEN c.how <> 'insert' THEN cell.was END AS was, CASE WHEN c.how <> 'delete' THEN cell.becomes END AS becomes
		FROM (
			SELECT CASE c.relation WHEN 'extension' THEN 'exten' ELSE 'incall_exten' END,
				coalesce(c.old -> 'exten', c.name), coalesce(c.new -> 'exten', c.name)
			UNION ALL
			SELECT 'incall_ring_seconds', coalesce(c.old -> 'ring_seconds', alike.value), coalesce(c.new -> 'ring_seconds', alike.value)
			FROM (SELECT CASE WHEN c.how = 'update' AND c.old -> 'user_id' IS NOT NULL AND c.new -> 'user_id' IS NOT NULL
				AND NOT c.old ? 'ring_seconds' THEN ring_seconds_after(c) END AS value) alike
			WHERE c.relation = 'incall'
		) AS cell (column_name, was, becomes)
		WHERE c.relation IN ('extension', 'incall')
	) AS number
	CROSS JOIN LATERAL (
		SELECT c.user_id, number.was, number.becomes
		WHERE NOT coalesce(c.old ? holder, false) AND NOT coalesce(c.new ? holder, false)
		UNION ALL
		SELECT c.user_id, number.was, NULL WHERE c.old -> holder IS NOT NULL
		UNION ALL
		SELECT CASE c.relation WHEN 'incall' THEN (c.new -> holder)::bigint
			ELSE (SELECT l.user_id FROM line l WHERE l.tenant_id = c.tenant_id AND l.id = (c.new -> holder)::bigint) END,
			NULL, number.becomes
		WHERE c.new -> holder IS NOT NULL
	) AS side
	WHERE side.was IS DISTINCT FROM side.becomes
	UNION ALL
	SELECT c.user_id, CASE c.relation WHEN 'user_label' THEN 'labels' ELSE 'call_permissions' END,
		CASE c.how WHEN 'delete' THEN item.name END, CASE c.how WHEN 'insert' THEN item.name END
	FROM (SELECT CASE c.relation
		WHEN 'user_label' THEN (SELECT g.name FROM label g WHERE g.tenant_id = c.tenant_id AND g.id = c.item_id)
		WHEN 'user_call_permission' THEN (SELECT g.name FROM call_permission g
			WHERE g.tenant_id = c.tenant_id AND g.id = c.item_id) END AS name) item
	WHERE c.relation IN ('user_label', 'user_call_permission')
$$;
