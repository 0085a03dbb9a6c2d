-- The temporary tables of a job, made once a connection (stage_tables of cgi/users/transfer.h),
-- emptied for each job.
--
-- stage    the rows as the file has them; each cell was checked by its column's
--          type, and one that was wrong is null and named in `wrong`; a secret
--          that an update leaves as it is (********) is null and named in
--          `kept`.  New ids are drawn here, so that they count in the order of
--          the rows.
-- hash     the hashes of the rows' plain passwords.
-- position where each column stands in the file.
-- given    which columns the file has, as one row.
-- sheet_row
--          where the numbers of rows and those of a spreadsheet's rows go apart.
-- name_set of an import: what the names in rows mean that have the same ones (cgi/users/name_set.h).
-- plan, plan_of_import
--          the rows of an update, and of an import, as the database shall have them, with what they name
--          found (update/resolve, import/resolve).
-- matched, candidate
--          of an update: whom each row may mean; candidate is a view of all.
-- missing  of an update: rows that mean nobody.
-- meant_twice
--          of an update: users whom several rows mean.
-- found, plan_phone, plan_voicemail
--          of an update: parts of plan, by resource.
-- deleted_user, disabled_user
--          of an update: whom it deletes (a row with _delete, or absent), or disables (absent).
-- wanted_user
--          of an update: the users' own columns as they shall be.
-- unchanged
--          of an update: rows that change nothing; no rule judges them.
-- plan_incall, plan_call_permission, plan_label
--          one line an item of the list columns.
-- made_voicemail
--          the voicemails that rows make: of an update anew, out of one that nobody has (taken
--          over), or by another number for the own one (moved).
-- chain    numbers that pass from one to another; chained and chained_whole are views
--          of it.
-- touched  what an update changed, by row (below 0: of whom no row names): what it made, changed, removed, took
--          from the user (detached), or what another row took (moved).
-- after    of a check: the users as they would be, as cells.
-- change   of a check: the cells that would be another.
-- issue    errors and warnings of all passes.

-- Columns that the rules judge stand first: reading a row up to them is what a
-- rule over 100,000 rows costs.
CREATE TEMP TABLE IF NOT EXISTS stage (
	row_number bigint NOT NULL,
	line bigint NOT NULL,
	name_set int,				-- of an import
	first_of_set boolean,			-- no row before has this set
	-- each column of phone: {name} {type},
	line_protocol text, exten text COLLATE "C", context text, line_site text,
	sip_username text COLLATE "C", sip_secret text,
	-- end
	-- each column of voicemail: {name} {type},
	voicemail_name text, voicemail_number text COLLATE "C", voicemail_context text,
	voicemail_password text, voicemail_email text, voicemail_attach_audio boolean,
	voicemail_delete_messages boolean, voicemail_ask_password boolean,
	-- end
	-- each column of cti: {name} {type},
	cti_profile_enabled boolean, cti_profile_name text,
	-- end
	-- each column of incall: {name} {type},
	incall_exten text[], incall_context text[], incall_ring_seconds int[],
	-- end
	-- each column of labels: {name} {type},
	labels text[],
	-- end
	-- each column of call_permissions: {name} {type},
	call_permissions text[],
	-- end
	drawn boolean NOT NULL,			-- sip_username was drawn, not given
	drawn_secret boolean NOT NULL,		-- sip_secret was drawn, not given
	plain_password boolean NOT NULL,	-- it has one, to be hashed
	provisioning_code text,			-- of an update: as the file has it
	deletes boolean NOT NULL DEFAULT false,	-- of an update: the row deletes its user
	width int,				-- cells of the record; null where they do not fit
	wrong text[] NOT NULL,
	kept text[] NOT NULL,
	-- each column of user: {name} {type},
	uuid uuid, entity_id int, subscription_type int, firstname text, lastname text, email text,
	language text, mobile_phone_number text, outgoing_caller_id text, enabled boolean,
	supervision_enabled boolean, call_transfer_enabled boolean, dtmf_hangup_enabled boolean,
	call_record_outgoing_external_enabled boolean, call_record_outgoing_internal_enabled boolean,
	call_record_incoming_external_enabled boolean, call_record_incoming_internal_enabled boolean,
	online_call_record_enabled boolean, simultaneous_calls int, ring_seconds int,
	call_permission_password text, userfield text, username text, password text,
	-- end
	-- Null where rows make no users (users/stage.c).
	new_user_id bigint DEFAULT nextval('users_id_seq'),
	new_uuid uuid,
	new_line_id bigint DEFAULT nextval('line_id_seq'),
	new_line_uuid uuid,
	new_extension_id bigint DEFAULT nextval('extension_id_seq'),
	new_voicemail_id bigint DEFAULT nextval('voicemail_id_seq'),
	-- Of an import: what is found for this row alone.
	extension_id bigint,		-- the extension of that number that exists
	exten_holder_id bigint,		-- the other user who has it
	voicemail_id bigint,		-- the voicemail of that number that exists
	shared_voicemail_id bigint	-- that another row makes
);

CREATE TEMP TABLE IF NOT EXISTS name_set (
	n int PRIMARY KEY,
	tenant_id int,
	context_id bigint,
	context_type text,
	line_template_id bigint,
	cti_profile_id bigint,
	voicemail_context_id bigint
);

CREATE TEMP TABLE IF NOT EXISTS hash (
	row_number bigint NOT NULL,
	hash text NOT NULL
);

CREATE TEMP TABLE IF NOT EXISTS position (
	column_name text NOT NULL,
	n int NOT NULL
);

CREATE TEMP TABLE IF NOT EXISTS sheet_row (
	row_number bigint NOT NULL,
	sheet_row bigint NOT NULL
);

-- Which columns the file has: one row.  OFFSET keeps it one: else each column would be
-- looked up for each row of a file.
CREATE OR REPLACE TEMP VIEW given AS
	SELECT
		-- each column read: '{name}' = ANY (names) AS {name}
		'uuid' = ANY (names) AS uuid, 'entity_id' = ANY (names) AS entity_id,
		'subscription_type' = ANY (names) AS subscription_type,
		'firstname' = ANY (names) AS firstname, 'lastname' = ANY (names) AS lastname,
		'email' = ANY (names) AS email, 'language' = ANY (names) AS language,
		'mobile_phone_number' = ANY (names) AS mobile_phone_number,
		'outgoing_caller_id' = ANY (names) AS outgoing_caller_id, 'enabled' = ANY (names) AS enabled,
		'supervision_enabled' = ANY (names) AS supervision_enabled,
		'call_transfer_enabled' = ANY (names) AS call_transfer_enabled,
		'dtmf_hangup_enabled' = ANY (names) AS dtmf_hangup_enabled,
		'call_record_outgoing_external_enabled' = ANY (names) AS call_record_outgoing_external_enabled,
		'call_record_outgoing_internal_enabled' = ANY (names) AS call_record_outgoing_internal_enabled,
		'call_record_incoming_external_enabled' = ANY (names) AS call_record_incoming_external_enabled,
		'call_record_incoming_internal_enabled' = ANY (names) AS call_record_incoming_internal_enabled,
		'online_call_record_enabled' = ANY (names) AS online_call_record_enabled,
		'simultaneous_calls' = ANY (names) AS simultaneous_calls,
		'ring_seconds' = ANY (names) AS ring_seconds,
		'call_permission_password' = ANY (names) AS call_permission_password,
		'userfield' = ANY (names) AS userfield, 'username' = ANY (names) AS username,
		'password' = ANY (names) AS password,
		'cti_profile_enabled' = ANY (names) AS cti_profile_enabled,
		'cti_profile_name' = ANY (names) AS cti_profile_name, 'labels' = ANY (names) AS labels,
		'line_protocol' = ANY (names) AS line_protocol, 'exten' = ANY (names) AS exten,
		'context' = ANY (names) AS context, 'line_site' = ANY (names) AS line_site,
		'sip_username' = ANY (names) AS sip_username, 'sip_secret' = ANY (names) AS sip_secret,
		'incall_exten' = ANY (names) AS incall_exten,
		'incall_context' = ANY (names) AS incall_context,
		'incall_ring_seconds' = ANY (names) AS incall_ring_seconds,
		'voicemail_name' = ANY (names) AS voicemail_name,
		'voicemail_number' = ANY (names) AS voicemail_number,
		'voicemail_context' = ANY (names) AS voicemail_context,
		'voicemail_password' = ANY (names) AS voicemail_password,
		'voicemail_email' = ANY (names) AS voicemail_email,
		'voicemail_attach_audio' = ANY (names) AS voicemail_attach_audio,
		'voicemail_delete_messages' = ANY (names) AS voicemail_delete_messages,
		'voicemail_ask_password' = ANY (names) AS voicemail_ask_password,
		'call_permissions' = ANY (names) AS call_permissions
		-- end
	FROM (SELECT ARRAY(SELECT column_name FROM position) AS names OFFSET 0) file
	OFFSET 0;

-- Of an update: whom each row may mean, by the column that finds the users (match).  By uuid
-- these are in found already, but for rows that delete.
CREATE TEMP TABLE IF NOT EXISTS matched (
	row_number bigint NOT NULL,
	tenant_id int NOT NULL,
	user_id bigint NOT NULL,
	voicemail_id bigint
);

-- Of an update: the users of the file, those that it makes too.
CREATE TEMP TABLE IF NOT EXISTS found (
	row_number bigint NOT NULL,
	tenant_id int,			-- null: the row of a new user names no entity
	user_id bigint NOT NULL,
	uuid uuid,			-- null: the user is made
	voicemail_id bigint,
	is_new boolean NOT NULL DEFAULT false,
	differs boolean NOT NULL DEFAULT false,	-- a column of the user's own becomes another
	alike boolean NOT NULL DEFAULT false	-- nothing in the row of the user does, and no rule has to say something
);

CREATE TEMP TABLE IF NOT EXISTS missing (
	row_number bigint NOT NULL
);
CREATE TEMP TABLE IF NOT EXISTS meant_twice (
	user_id bigint NOT NULL
);

-- Of an update: whom the job deletes and whom it disables.  A row number below 0: no row
-- of the file names the user.
CREATE TEMP TABLE IF NOT EXISTS deleted_user (
	row_number bigint NOT NULL,
	tenant_id int NOT NULL,
	user_id bigint NOT NULL
);
CREATE TEMP TABLE IF NOT EXISTS disabled_user (
	row_number bigint NOT NULL,
	tenant_id int NOT NULL,
	user_id bigint NOT NULL
);

-- Whom the option absent is about: the users of the scope, or of a context and label of it.
CREATE OR REPLACE TEMP VIEW named_scope AS
	SELECT users.tenant_id, users.id, users.enabled
	FROM users
	WHERE ((SELECT job_option('context')) IS NULL OR (users.tenant_id, users.id) IN (
			SELECT line.tenant_id, line.user_id FROM line
			JOIN context ON context.tenant_id = line.tenant_id AND context.id = line.context_id
			WHERE context.name = (SELECT job_option('context'))))
		AND ((SELECT job_option('label')) IS NULL OR (users.tenant_id, users.id) IN (
			SELECT member.tenant_id, member.user_id FROM user_label member
			JOIN label ON label.tenant_id = member.tenant_id AND label.id = member.label_id
			WHERE label.name = (SELECT job_option('label'))));

-- The voicemails that go with the deleted ones.
CREATE OR REPLACE TEMP VIEW deleted_voicemail AS
	SELECT DISTINCT users.tenant_id, users.voicemail_id AS id
	FROM deleted_user
	JOIN users ON users.tenant_id = deleted_user.tenant_id AND users.id = deleted_user.user_id
	WHERE (SELECT job_option('voicemail')) = 'delete' AND users.voicemail_id IS NOT NULL
		AND NOT EXISTS (SELECT FROM users other
			WHERE other.tenant_id = users.tenant_id AND other.voicemail_id = users.voicemail_id
				AND other.id NOT IN (SELECT user_id FROM deleted_user));

-- What finds the user of each row: a column, its value, and that as it is compared where
-- the same key in two rows cannot be told by other rules.
CREATE OR REPLACE TEMP VIEW row_key AS
	SELECT row_number, line, deletes, wrong, match AS column_name,
		CASE match WHEN 'uuid' THEN uuid::text WHEN 'username' THEN username WHEN 'email' THEN email
			WHEN 'exten' THEN exten WHEN 'userfield' THEN userfield END AS value,
		CASE match WHEN 'uuid' THEN uuid::text WHEN 'userfield' THEN btrim(userfield) END AS key
	FROM stage
	CROSS JOIN (SELECT coalesce(job_option('match'), 'uuid') AS match OFFSET 0) option;

-- Of an update: what a user's own columns shall be.  A column that is not in the file stays as it
-- is; an older one may set it under another name.
CREATE OR REPLACE TEMP VIEW wanted_user AS
	SELECT stage.row_number, found.tenant_id, found.user_id, found.is_new,
		-- each column kept in users: {wanted users} AS {name}
		coalesce(stage.subscription_type, CASE WHEN NOT given.subscription_type THEN users.subscription_type END, 0) AS subscription_type,
		coalesce(stage.firstname, CASE WHEN NOT given.firstname THEN users.firstname END) AS firstname,
		coalesce(stage.lastname, CASE WHEN NOT given.lastname THEN users.lastname END) AS lastname,
		coalesce(stage.email, CASE WHEN NOT given.email THEN users.email END) AS email,
		coalesce(stage.language, CASE WHEN NOT given.language THEN users.language END) AS language,
		coalesce(stage.mobile_phone_number, CASE WHEN NOT given.mobile_phone_number THEN users.mobile_phone_number END) AS mobile_phone_number,
		coalesce(stage.outgoing_caller_id, CASE WHEN NOT given.outgoing_caller_id THEN users.outgoing_caller_id END) AS outgoing_caller_id,
		coalesce(stage.enabled, CASE WHEN NOT given.enabled THEN users.enabled END, true) AS enabled,
		coalesce(stage.supervision_enabled, CASE WHEN NOT given.supervision_enabled THEN users.supervision_enabled END, true) AS supervision_enabled,
		coalesce(stage.call_transfer_enabled, CASE WHEN NOT given.call_transfer_enabled THEN users.call_transfer_enabled END, false) AS call_transfer_enabled,
		coalesce(stage.dtmf_hangup_enabled, CASE WHEN NOT given.dtmf_hangup_enabled THEN users.dtmf_hangup_enabled END, false) AS dtmf_hangup_enabled,
		coalesce(stage.call_record_outgoing_external_enabled, CASE WHEN NOT given.call_record_outgoing_external_enabled THEN users.call_record_outgoing_external_enabled END, false) AS call_record_outgoing_external_enabled,
		coalesce(stage.call_record_outgoing_internal_enabled, CASE WHEN NOT given.call_record_outgoing_internal_enabled THEN users.call_record_outgoing_internal_enabled END, false) AS call_record_outgoing_internal_enabled,
		coalesce(stage.call_record_incoming_external_enabled, CASE WHEN NOT given.call_record_incoming_external_enabled THEN users.call_record_incoming_external_enabled END, false) AS call_record_incoming_external_enabled,
		coalesce(stage.call_record_incoming_internal_enabled, CASE WHEN NOT given.call_record_incoming_internal_enabled THEN users.call_record_incoming_internal_enabled END, false) AS call_record_incoming_internal_enabled,
		coalesce(stage.online_call_record_enabled, CASE WHEN NOT given.online_call_record_enabled THEN users.online_call_record_enabled END, false) AS online_call_record_enabled,
		coalesce(stage.simultaneous_calls, CASE WHEN NOT given.simultaneous_calls THEN users.simultaneous_calls END, 5) AS simultaneous_calls,
		coalesce(stage.ring_seconds, CASE WHEN NOT given.ring_seconds THEN users.ring_seconds END, 30) AS ring_seconds,
		coalesce(stage.call_permission_password, CASE WHEN NOT given.call_permission_password OR 'call_permission_password' = ANY (stage.kept) THEN users.call_permission_password END) AS call_permission_password,
		coalesce(stage.userfield, CASE WHEN NOT given.userfield THEN users.userfield END) AS userfield,
		coalesce(stage.username, CASE WHEN NOT given.username THEN users.username END) AS username,
		coalesce(stage.cti_profile_enabled, CASE WHEN NOT given.cti_profile_enabled THEN users.cti_profile_enabled END, false) AS cti_profile_enabled
		-- end
	FROM found
	JOIN stage USING (row_number)
	LEFT JOIN users ON users.tenant_id = found.tenant_id AND users.id = found.user_id AND NOT found.is_new
	CROSS JOIN given;

CREATE TEMP TABLE IF NOT EXISTS unchanged (
	row_number bigint NOT NULL,
	tenant_id int NOT NULL,
	user_id bigint NOT NULL,
	voicemail_id bigint
);

CREATE OR REPLACE TEMP VIEW candidate AS
	SELECT row_number, tenant_id, user_id, voicemail_id FROM matched
	UNION ALL
	SELECT row_number, tenant_id, user_id, voicemail_id FROM found WHERE (SELECT job_option('match')) IS NULL AND NOT is_new
	UNION ALL
	SELECT row_number, tenant_id, user_id, voicemail_id FROM unchanged WHERE (SELECT job_option('match')) IS NULL;

-- Of a user's own columns it has those that rules judge; the others are applied from
-- stage and wanted_user.  Of an update; plan_of_import is the same of an import.
CREATE TEMP TABLE IF NOT EXISTS plan (
	row_number bigint NOT NULL,
	line bigint NOT NULL,
	user_id bigint,
	tenant_id int,
	context_id bigint,
	context_type text,
	line_template_id bigint,
	cti_profile_id bigint,
	voicemail_context_id bigint,
	extension_id bigint,		-- the extension of that number that exists
	exten_holder_id bigint,		-- the other user who has it
	voicemail_id bigint,		-- that the user has at the end
	same_number boolean NOT NULL DEFAULT false,	-- exten and context stay: not judged again
	-- each column of phone: {name} {type},
	line_protocol text, exten text COLLATE "C", context text, line_site text,
	sip_username text COLLATE "C", sip_secret text,
	-- end
	-- each column of voicemail: {name} {type},
	voicemail_name text, voicemail_number text COLLATE "C", voicemail_context text,
	voicemail_password text, voicemail_email text, voicemail_attach_audio boolean,
	voicemail_delete_messages boolean, voicemail_ask_password boolean,
	-- end
	-- each column of cti: {name} {type},
	cti_profile_enabled boolean, cti_profile_name text,
	-- end
	-- each column of incall: {name} {type},
	incall_exten text[], incall_context text[], incall_ring_seconds int[],
	-- end
	-- each column of labels: {name} {type},
	labels text[],
	-- end
	-- each column of call_permissions: {name} {type},
	call_permissions text[],
	-- end
	drawn boolean NOT NULL,
	drawn_secret boolean NOT NULL,
	plain_password boolean NOT NULL,
	wrong text[] NOT NULL,
	kept text[] NOT NULL,
	uuid uuid,
	entity_id int,
	email text,
	username text,
	password text,
	new_uuid uuid,
	new_line_id bigint,
	new_line_uuid uuid,
	new_extension_id bigint,
	new_voicemail_id bigint,
	is_new boolean NOT NULL DEFAULT false,	-- the row makes its user
	touches_user boolean NOT NULL DEFAULT false,	-- something in the row of the user changes
	-- What the user has now.
	line_id bigint,
	old_protocol text,
	old_extension_id bigint,
	old_exten text COLLATE "C",
	frees_extension boolean NOT NULL DEFAULT false,	-- takes another that exists, leaves its own free
	old_voicemail_id bigint,
	old_incalls int NOT NULL DEFAULT 0
);

-- No copy of stage: that took a twelfth of an import's time.  A number that exists nowhere needs a name.
CREATE OR REPLACE TEMP VIEW plan_of_import AS
	SELECT stage.ctid, stage.*, stage.new_user_id AS user_id, name_set.tenant_id, name_set.context_id, name_set.context_type,
		name_set.line_template_id, name_set.cti_profile_id, name_set.voicemail_context_id,
		CASE WHEN stage.voicemail_id IS NULL AND name_set.voicemail_context_id IS NOT NULL AND stage.voicemail_number IS NOT NULL
			THEN coalesce(stage.shared_voicemail_id, CASE WHEN stage.voicemail_name IS NOT NULL THEN stage.new_voicemail_id END)
			END AS made_voicemail_id,	-- that this row, or an earlier one, makes
		false AS same_number, NULL::bigint AS line_id	-- as in plan
	FROM stage
	LEFT JOIN name_set ON name_set.n = stage.name_set;

-- Of an update: each row's phone and each row's voicemail, which with found become plan
-- (update/resolve).
CREATE TEMP TABLE IF NOT EXISTS plan_phone (
	row_number bigint NOT NULL,
	user_id bigint NOT NULL,
	context_id bigint,
	context_type text,
	line_template_id bigint,
	extension_id bigint,
	exten_holder_id bigint,
	same_number boolean NOT NULL,
	-- each column of phone: {name} {type},
	line_protocol text, exten text COLLATE "C", context text, line_site text,
	sip_username text COLLATE "C", sip_secret text,
	-- end
	line_id bigint,
	old_protocol text,
	old_extension_id bigint,
	old_exten text COLLATE "C",
	frees_extension boolean NOT NULL DEFAULT false
);

CREATE TEMP TABLE IF NOT EXISTS plan_voicemail (
	row_number bigint NOT NULL,
	tenant_id int,
	number text COLLATE "C",
	context text,
	context_id bigint,
	id bigint,			-- that the user has at the end
	old_id bigint,
	leaves boolean NOT NULL,	-- an empty number or context takes it from the user
	along boolean NOT NULL DEFAULT false	-- the own one gets the new number: nobody stays with the old
);

CREATE TEMP TABLE IF NOT EXISTS plan_incall (
	row_number bigint NOT NULL,
	line bigint NOT NULL,
	tenant_id int,
	user_id bigint NOT NULL,
	exten text COLLATE "C" NOT NULL,
	context text NOT NULL,
	ring_seconds int,
	context_id bigint,
	context_type text,
	incall_id bigint,		-- the incall of that number that exists
	holder_id bigint,		-- the other user who has it
	own boolean NOT NULL DEFAULT false	-- the user's one incall becomes this one
);

-- Of an update: the incalls that each user has, as lists.
CREATE TEMP TABLE IF NOT EXISTS own_incall (
	row_number bigint NOT NULL,
	n int NOT NULL,
	extens text[] NOT NULL,
	contexts text[] NOT NULL,
	rings int[] NOT NULL,
	ids bigint[] NOT NULL,
	stays boolean NOT NULL		-- several, and the option replace_incalls was not chosen
);

-- The context of each of n incoming numbers, if one is given for all of them.
CREATE OR REPLACE FUNCTION pg_temp.context_of_each(contexts text[], n int) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN cardinality(contexts) = 1 AND n > 1 THEN array_fill(contexts[1], ARRAY[n]) ELSE contexts END
$$;

-- The contexts of incoming numbers, some of which the user has: null where it is not clear, as the number is
-- new, or the user has it in several contexts.  With a + in front, or without, it is the same number.
CREATE OR REPLACE FUNCTION pg_temp.contexts_kept(extens text[], own_extens text[], own_contexts text[]) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg(CASE WHEN cardinality(alike.contexts) IN (1, item.times) THEN alike.contexts[least(item.nth, cardinality(alike.contexts))]
		WHEN alike.contexts IS NULL AND cardinality(near.contexts) = 1 THEN near.contexts[1] END ORDER BY item.n)
	FROM (
		SELECT exten, n, row_number() OVER (PARTITION BY exten ORDER BY n) AS nth, count(*) OVER (PARTITION BY exten) AS times
		FROM unnest(extens) WITH ORDINALITY AS named (exten, n)
	) item
	CROSS JOIN LATERAL (SELECT array_agg(context ORDER BY n) FROM unnest(own_extens, own_contexts) WITH ORDINALITY AS own (exten, context, n)
		WHERE own.exten = item.exten) AS alike (contexts)
	CROSS JOIN LATERAL (SELECT array_agg(context) FROM unnest(own_extens, own_contexts) AS own (exten, context)
		WHERE ltrim(own.exten, '+') = ltrim(item.exten, '+')) AS near (contexts)
$$;

-- Of an update: what passes from one to another.  Each gets what `from_id` leaves; a
-- chain begins with who gets what nobody has.  Indexed, as a long one is followed link
-- by link.
CREATE TEMP TABLE IF NOT EXISTS chain (
	id bigint NOT NULL,		-- a user, or a voicemail
	from_id bigint,
	along boolean NOT NULL DEFAULT false	-- takes the own one along: no chain goes through
);
CREATE INDEX IF NOT EXISTS chain_from ON chain (from_id);

-- All that the chains reach from their beginnings.  OFFSET keeps the look at the index:
-- a join would read all links for each.
CREATE OR REPLACE TEMP VIEW chained AS
	WITH RECURSIVE chained AS (
		SELECT id FROM chain WHERE from_id IS NULL AND NOT along
		UNION
		SELECT next.id
		FROM chained
		CROSS JOIN LATERAL (SELECT chain.id FROM chain
			WHERE chain.from_id = chained.id AND NOT along OFFSET 0) next
	)
	SELECT id FROM chained;

-- Of these, who gets nothing from somebody that the chains do not reach.
CREATE OR REPLACE TEMP VIEW chained_whole AS
	WITH RECURSIVE reached AS MATERIALIZED (
		SELECT id FROM chained
	), held AS (
		SELECT chain.id FROM chain LEFT JOIN reached USING (id) WHERE along OR reached.id IS NULL
		UNION
		SELECT next.id
		FROM held
		CROSS JOIN LATERAL (SELECT chain.id FROM chain WHERE chain.from_id = held.id OFFSET 0) next
	)
	SELECT id FROM reached EXCEPT SELECT id FROM held;

CREATE TEMP TABLE IF NOT EXISTS plan_call_permission (
	row_number bigint NOT NULL,
	line bigint NOT NULL,
	tenant_id int,
	user_id bigint NOT NULL,
	name text NOT NULL,
	call_permission_id bigint
);

CREATE TEMP TABLE IF NOT EXISTS plan_label (
	row_number bigint NOT NULL,
	line bigint NOT NULL,
	tenant_id int,
	user_id bigint NOT NULL,
	name text NOT NULL,
	label_id bigint
);

CREATE TEMP TABLE IF NOT EXISTS made_voicemail (
	tenant_id int NOT NULL,
	context_id bigint NOT NULL,
	number text COLLATE "C" NOT NULL,
	id bigint NOT NULL,
	row_number bigint NOT NULL,	-- of the row that makes it
	name text,			-- for rows that give none
	how text NOT NULL CHECK (how IN ('anew', 'taken over', 'moved'))
);

-- Of an update by somebody who may not see secrets: the secrets that a row gives, of a
-- voicemail for each row whose user has it.  They count as changes whether or not they are
-- the stored ones: else a count would tell whether a guess was right.
CREATE OR REPLACE TEMP VIEW secret_given AS
	WITH given_cell AS (
		SELECT plan.row_number, plan.tenant_id, plan.voicemail_id, secret.column_name, secret.kept_in
		FROM plan
		JOIN stage USING (row_number)
		CROSS JOIN LATERAL (VALUES
			-- each column secret: ('{name}', '{table}', stage.{name} IS NOT NULL)
			('call_permission_password', 'users', stage.call_permission_password IS NOT NULL),
			('password', 'users', stage.password IS NOT NULL),
			('sip_secret', 'line', stage.sip_secret IS NOT NULL),
			('voicemail_password', 'voicemail', stage.voicemail_password IS NOT NULL)
			-- end
		) AS secret (column_name, kept_in, there)
		WHERE NOT (SELECT job_secrets()) AND secret.there AND CASE secret.kept_in
			WHEN 'line' THEN plan.line_id IS NOT NULL AND plan.old_protocol <> 'sccp' AND NOT plan.drawn_secret
			WHEN 'voicemail' THEN plan.voicemail_id NOT IN (SELECT id FROM made_voicemail WHERE how = 'anew')
			ELSE true END
	)
	SELECT row_number, column_name, CASE kept_in WHEN 'users' THEN 'user' ELSE kept_in END AS what
	FROM given_cell
	UNION
	SELECT plan.row_number, given_cell.column_name, 'voicemail'
	FROM given_cell
	JOIN plan ON plan.tenant_id = given_cell.tenant_id AND plan.voicemail_id = given_cell.voicemail_id
	WHERE given_cell.kept_in = 'voicemail';

-- Users who at the end have what the job says: their names and numbers of today are taken by
-- nobody else.
CREATE OR REPLACE TEMP VIEW settled AS
	SELECT user_id FROM plan UNION ALL SELECT user_id FROM deleted_user;

-- Users whose own rows change are not in it: plan says so (touches_user).
CREATE TEMP TABLE IF NOT EXISTS touched (
	row_number bigint NOT NULL,
	what text NOT NULL,
	how text NOT NULL DEFAULT 'changed' CHECK (how IN ('created', 'changed', 'removed', 'detached', 'moved'))
);

CREATE TEMP TABLE IF NOT EXISTS after (
	row_number bigint NOT NULL,
	cells text[] NOT NULL
);

CREATE TEMP TABLE IF NOT EXISTS change (
	row_number bigint NOT NULL,
	n int NOT NULL,			-- of the column
	column_name text NOT NULL,
	old text,
	new text,
	generated boolean NOT NULL	-- new is drawn when it is applied
);

CREATE TEMP TABLE IF NOT EXISTS issue (
	row_number bigint NOT NULL,
	line bigint,
	level text NOT NULL DEFAULT 'error',
	key text NOT NULL,
	column_name text,
	value text,
	params jsonb NOT NULL DEFAULT '{}',
	n bigint GENERATED ALWAYS AS IDENTITY
);

-- Empties these tables: making a large one anew is cheaper than deleting its rows, but costs
-- entries of the catalog and so a write to the disk, which a small one is not worth.
CREATE OR REPLACE FUNCTION pg_temp.empty_tables(VARIADIC names text[]) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	name text;
	size bigint;
BEGIN
	FOREACH name IN ARRAY names LOOP
		size := pg_relation_size(format('pg_temp.%I', name)::regclass);
		IF size > 65536 THEN
			EXECUTE format('TRUNCATE pg_temp.%I', name);
		ELSIF size > 0 THEN
			EXECUTE format('DELETE FROM pg_temp.%I', name);
		END IF;
	END LOOP;
END
$$;
