-- The temporary tables of a job, once a connection, emptied for each job.
--
-- stage    the rows as the file has them; each cell was checked by its column's
--          type, and one that was wrong is null and named in `wrong`; a secret
--          that an update leaves as it is (********) is null and named in
--          `kept`.  New ids are drawn here, so that they count in the order of
--          the rows.
-- hash     the hashes of the rows' plain passwords.
-- position where each column stands in the file.
-- plan     the rows as the database shall have them, with what they name found
--          (resolve.sql of import and update).
-- plan_incall, plan_call_permission, plan_label
--          one line an item of the list columns.
-- made_voicemail
--          the voicemails that rows make.
-- chain    numbers that pass from one to another; chained and chained_whole are views
--          of it.
-- touched  what an update changed, by row: what it made, changed, removed, took
--          from the user (detached), or what another row took (moved).
-- after    of a check: the users as they would be, as cells.
-- change   of a check: the cells that would be another.
-- issue    errors and warnings of all passes.

-- Columns that the rules judge stand first: reading a row up to them is what a
-- rule over 100,000 rows costs.
CREATE TEMP TABLE IF NOT EXISTS stage (
	row_number bigint NOT NULL,
	line bigint NOT NULL,
	line_protocol text,
	exten text COLLATE "C",
	context text,
	voicemail_number text COLLATE "C",
	voicemail_context text,
	voicemail_name text,
	email text,
	username text,
	entity_id int,
	cti_profile_enabled boolean,
	cti_profile_name text,
	line_site text,
	drawn boolean NOT NULL,			-- sip_username was drawn, not given
	sip_username text COLLATE "C",
	incall_exten text[],
	incall_context text[],
	incall_ring_seconds int[],
	labels text[],
	call_permissions text[],
	wrong text[] NOT NULL,
	kept text[] NOT NULL,
	uuid uuid,
	plain_password boolean NOT NULL,	-- it has one, to be hashed
	password text,
	drawn_secret boolean NOT NULL,		-- sip_secret was drawn, not given
	sip_secret text,
	firstname text,
	lastname text,
	subscription_type int,
	language text,
	mobile_phone_number text,
	outgoing_caller_id text,
	enabled boolean,
	supervision_enabled boolean,
	call_transfer_enabled boolean,
	dtmf_hangup_enabled boolean,
	call_record_outgoing_external_enabled boolean,
	call_record_outgoing_internal_enabled boolean,
	call_record_incoming_external_enabled boolean,
	call_record_incoming_internal_enabled boolean,
	online_call_record_enabled boolean,
	simultaneous_calls int,
	ring_seconds int,
	call_permission_password text,
	userfield text,
	voicemail_password text,
	voicemail_email text,
	voicemail_attach_audio boolean,
	voicemail_delete_messages boolean,
	voicemail_ask_password boolean,
	new_user_id bigint NOT NULL DEFAULT nextval('users_id_seq'),
	new_uuid uuid NOT NULL,
	new_line_id bigint NOT NULL DEFAULT nextval('line_id_seq'),
	new_line_uuid uuid NOT NULL,
	new_extension_id bigint NOT NULL DEFAULT nextval('extension_id_seq'),
	new_voicemail_id bigint NOT NULL DEFAULT nextval('voicemail_id_seq')
);

CREATE TEMP TABLE IF NOT EXISTS hash (
	row_number bigint NOT NULL,
	hash text NOT NULL
);

CREATE TEMP TABLE IF NOT EXISTS position (
	column_name text NOT NULL,
	n int NOT NULL
);

CREATE TEMP TABLE IF NOT EXISTS plan (
	user_id bigint,
	tenant_id int,
	context_id bigint,
	context_type text,
	line_template_id bigint,
	cti_profile_id bigint,
	voicemail_context_id bigint,
	extension_id bigint,		-- the extension of that number that exists
	exten_holder_id bigint,		-- the other user who has it
	voicemail_id bigint,		-- the voicemail of that number that exists;
					-- of an update: that the user has at the end
	same_number boolean NOT NULL,	-- exten and context stay: not judged again
	LIKE stage,
	-- Of an update: what the user has now.
	line_id bigint,
	old_protocol text,
	old_extension_id bigint,
	old_context_id bigint,
	old_exten text COLLATE "C",
	frees_extension boolean NOT NULL DEFAULT false,	-- takes another that exists, leaves its own free
	old_voicemail_id bigint,
	voicemail_moves boolean NOT NULL DEFAULT false,	-- the one of that number moves away
	old_incalls int NOT NULL DEFAULT 0
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
	id bigint NOT NULL		-- of the only one, where n = 1
);

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
	row_number bigint NOT NULL	-- of the row that makes it
);

CREATE TEMP TABLE IF NOT EXISTS touched (
	row_number bigint NOT NULL,
	what text NOT NULL,
	how text NOT NULL DEFAULT 'changed' CHECK (how IN ('created', 'changed', 'removed', 'detached', 'moved'))
);

CREATE TEMP TABLE IF NOT EXISTS after (
	row_number bigint NOT NULL,
	cells json NOT NULL
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

TRUNCATE stage, hash, position, plan, plan_incall, own_incall, chain, plan_call_permission,
	plan_label, made_voicemail, touched, after, change, issue;
