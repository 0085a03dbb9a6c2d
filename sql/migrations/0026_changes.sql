-- What applied jobs change is kept, so that it can be shown and taken back.
--
-- Triggers keep it, once a statement, whoever writes: the rules of a job, a page that
-- deletes, the links that delete along.  Of a row that an update changes the columns that
-- are another; of a row that is deleted or made all of them.  Of what an import makes the
-- ids alone: its users know the rest.  Nothing is kept outside of a job (job_id()), and
-- nothing of a check, which is rolled back.
--
-- hstore (contrib of PostgreSQL) compares two rows of any table in one step.
CREATE EXTENSION IF NOT EXISTS hstore;

CREATE TABLE job_row_change (
	job_id int NOT NULL,
	n bigint GENERATED ALWAYS AS IDENTITY,
	tenant_id int NOT NULL,
	relation text NOT NULL,
	id bigint NOT NULL,
	item_id bigint NOT NULL DEFAULT 0,
	user_id bigint,
	name text,
	how text NOT NULL CHECK (how IN ('insert', 'update', 'delete')),
	old hstore,
	new hstore,
	PRIMARY KEY (job_id, n)
);
COMMENT ON COLUMN job_row_change.id IS 'of the row; of a membership (user_label, user_call_permission) its user';
COMMENT ON COLUMN job_row_change.item_id IS 'of a membership the label or the call permission; else 0';
COMMENT ON COLUMN job_row_change.user_id IS 'whose row it was, else whose it is; null for a voicemail, which has several';
COMMENT ON COLUMN job_row_change.name IS 'the number of an extension, an incoming call, a voicemail';
COMMENT ON COLUMN job_row_change.old IS 'the columns that changed, as they were; secrets are masked';
CREATE INDEX job_row_change_user ON job_row_change (tenant_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX job_row_change_voicemail ON job_row_change (tenant_id, id) WHERE relation = 'voicemail';

-- The secrets of these rows: for the worker alone, and not for long (undo_days).
CREATE TABLE job_row_secret (
	job_id int NOT NULL,
	n bigint NOT NULL,
	tenant_id int NOT NULL,
	old hstore,
	new hstore,
	PRIMARY KEY (job_id, n)
);

-- The rows that an import made, thousands in one.
CREATE TABLE job_made (
	job_id int NOT NULL,
	tenant_id int NOT NULL,
	relation text NOT NULL,
	ids bigint[] NOT NULL
);
CREATE INDEX job_made_job ON job_made (job_id);

DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['job_row_change', 'job_row_secret', 'job_made'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
		EXECUTE format('CREATE POLICY worker ON %I TO rollcall_worker USING (true)', name);
		EXECUTE format('GRANT SELECT, DELETE ON %I TO rollcall_worker', name);
		EXECUTE format('CREATE POLICY keeper ON %I TO rollcall_links USING (true)', name);
		EXECUTE format('GRANT INSERT ON %I TO rollcall_links', name);
	END LOOP;
END
$$;
GRANT SELECT (job_id, n, relation, id, user_id, how) ON job_row_change TO rollcall_links;
CREATE POLICY scope ON job_row_change FOR SELECT TO rollcall_web
	USING (tenant_id = ANY ((SELECT scope())::int[]));
GRANT SELECT ON job_row_change TO rollcall_web;

-- Columns whose values are secret, of whichever of the tables.
CREATE FUNCTION secret_columns() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT '{password_hash,call_permission_password,sip_secret,password}'::text[] $$;

-- Some columns of a row without their secret values.
CREATE FUNCTION row_masked(cells hstore) RETURNS hstore
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT CASE WHEN cells ?| secret_columns() THEN cells || (
		SELECT hstore(array_agg(key), array_agg(CASE WHEN value IS NOT NULL THEN '********' END))
		FROM each(slice(cells, secret_columns())))
	ELSE cells END
$$;

-- Keeps the rows that a statement made, changed or deleted.  TG_ARGV: the column of the
-- row's id; of a membership that of its item, else ''; that of the user, or 'line' where it
-- is the user of its line, or ''.  Run as the links' role too, which deletes
-- along.  What follows from other columns (email_key, line.account) is no change.
CREATE FUNCTION keep_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_nestloop = off SET enable_mergejoin = off
AS $$
DECLARE
	job int := job_id();
	user_id text := CASE TG_ARGV[2] WHEN '' THEN 'NULL' WHEN 'line' THEN 'coalesce(line.user_id, gone.user_id)'
		ELSE format('coalesce(old -> %1$L, new -> %1$L)', TG_ARGV[2]) END;
BEGIN
	IF job IS NULL OR current_setting('rollcall.rehearsal', true) = 'on' THEN
		RETURN NULL;
	END IF;
	IF TG_OP = 'INSERT' AND current_setting('rollcall.kind', true) = 'import' THEN
		IF TG_TABLE_NAME IN ('users', 'voicemail', 'incall') THEN
			INSERT INTO job_made (job_id, tenant_id, relation, ids)
			SELECT job, tenant_id, TG_TABLE_NAME, array_agg(id) FROM new_rows GROUP BY tenant_id;
		END IF;
		RETURN NULL;
	END IF;
	-- Not prepared: what fits one row would be kept for the next 100,000.
	EXECUTE format($keep$
		WITH whole AS MATERIALIZED (
			%1$s
		), differ AS MATERIALIZED (
			SELECT old, new,
				CASE WHEN new IS NULL THEN old ELSE old - new - '{account}'::text[] END
					- '{email_key,username_key}'::text[] AS was,
				CASE WHEN old IS NULL THEN new ELSE new - old - '{account}'::text[] END
					- '{email_key,username_key}'::text[] AS becomes
			FROM whole
			WHERE old IS DISTINCT FROM new
		), kept AS (
			INSERT INTO job_row_change (job_id, tenant_id, relation, id, item_id, user_id, name, how, old, new)
			SELECT $1, coalesce(old -> 'tenant_id', new -> 'tenant_id')::int, %2$L,
				coalesce(old -> %3$L, new -> %3$L)::bigint, %4$s::bigint, %5$s::bigint,
				coalesce(new -> 'exten', new -> 'number', old -> 'exten', old -> 'number'), %6$L,
				row_masked(was), row_masked(becomes)
			FROM differ %7$s
			RETURNING n, id, how
		)
		INSERT INTO job_row_secret (job_id, n, tenant_id, old, new)
		SELECT $1, n, coalesce(old -> 'tenant_id', new -> 'tenant_id')::int,
			slice(was, secret_columns()), slice(becomes, secret_columns())
		FROM differ
		JOIN kept ON kept.id = coalesce(old -> %3$L, new -> %3$L)::bigint
		WHERE was ?| secret_columns() OR becomes ?| secret_columns() $keep$,
		CASE TG_OP WHEN 'INSERT' THEN 'SELECT NULL::hstore AS old, hstore(n) AS new FROM new_rows n'
			WHEN 'DELETE' THEN 'SELECT hstore(o) AS old, NULL::hstore AS new FROM old_rows o'
			ELSE 'SELECT hstore(o) AS old, hstore(n) AS new FROM old_rows o JOIN new_rows n USING (tenant_id, id)' END,
		TG_TABLE_NAME, TG_ARGV[0],
		CASE TG_ARGV[1] WHEN '' THEN '0' ELSE format('coalesce(old -> %1$L, new -> %1$L)', TG_ARGV[1]) END,
		user_id, lower(TG_OP),
		CASE TG_ARGV[2] WHEN 'line' THEN $line$
			LEFT JOIN line ON line.tenant_id = coalesce(old -> 'tenant_id', new -> 'tenant_id')::int
				AND line.id = coalesce(old -> 'line_id', new -> 'line_id')::bigint
			LEFT JOIN (SELECT DISTINCT ON (id) id, user_id FROM job_row_change
				WHERE job_id = $1 AND relation = 'line' AND how = 'delete') gone
				ON gone.id = (old -> 'line_id')::bigint $line$ ELSE '' END) USING job;
	RETURN NULL;
END
$$;

-- Their names come before those of the links: a user's row is kept before the rows that
-- go along with it.
DO $$
DECLARE
	kept record;
BEGIN
	EXECUTE format('GRANT rollcall_links TO %I', current_user);
	GRANT CREATE ON SCHEMA public TO rollcall_links;
	ALTER FUNCTION keep_rows() OWNER TO rollcall_links;
	REVOKE ALL ON FUNCTION keep_rows() FROM PUBLIC;
	REVOKE CREATE ON SCHEMA public FROM rollcall_links;
	FOR kept IN SELECT * FROM (VALUES ('users', 'id', '', 'id'), ('voicemail', 'id', '', ''),
			('line', 'id', '', 'user_id'), ('extension', 'id', '', 'line'), ('incall', 'id', '', 'user_id'),
			('user_call_permission', 'user_id', 'call_permission_id', 'user_id'),
			('user_label', 'user_id', 'label_id', 'user_id')) AS k (relation, id, item, user_id) LOOP
		EXECUTE format('CREATE TRIGGER a_kept_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
			FOR EACH STATEMENT EXECUTE FUNCTION keep_rows(%L, %L, %L)',
			kept.relation, kept.id, kept.item, kept.user_id);
		EXECUTE format('CREATE TRIGGER a_kept_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
			FOR EACH STATEMENT EXECUTE FUNCTION keep_rows(%L, %L, %L)',
			kept.relation, kept.id, kept.item, kept.user_id);
		-- A membership is made or deleted, never changed.
		IF kept.item = '' THEN
			EXECUTE format('CREATE TRIGGER a_kept_updated AFTER UPDATE ON %I
				REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
				FOR EACH STATEMENT EXECUTE FUNCTION keep_rows(%L, %L, %L)',
				kept.relation, kept.id, kept.item, kept.user_id);
		END IF;
	END LOOP;
	EXECUTE format('REVOKE rollcall_links FROM %I', current_user);
END
$$;

-- Kinds of jobs: any word that the program knows.  A deletion on a page, and what is taken
-- back, have no upload.
ALTER TABLE job DROP CONSTRAINT job_kind_check,
	ADD CHECK (kind IN ('import', 'update', 'delete', 'undo')),
	ADD undoes int REFERENCES job ON DELETE SET NULL;
COMMENT ON COLUMN job.undoes IS 'of kind undo: the job that it takes back';
CREATE INDEX job_undoes ON job (undoes) WHERE undoes IS NOT NULL;
