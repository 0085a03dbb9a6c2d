-- The search for users: one text for each, with an index of its trigrams.
--
-- The texts are made from what the view user_search_now says (sql/views), after a change
-- and not within it: indexing a text takes longer than importing its user.  Triggers,
-- once a statement, mark whom a change concerns; workers make the texts of who is marked
-- when they have no job (search_refresh).  A search (users_found) takes who is not marked
-- from the index, and looks at the others themselves: what was committed is always found.
--
-- Texts are in no row that other roles may read.  users_found looks at the tenants of the
-- caller's scope alone; its role belongs to nobody.

CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

DO $$
BEGIN
	CREATE ROLE rollcall_search NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
	NULL;
END
$$;
DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
GRANT USAGE, CREATE ON SCHEMA public TO rollcall_search;

CREATE TABLE user_search (
	tenant_id int NOT NULL,
	user_id bigint NOT NULL,
	text text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX user_search_text ON user_search USING gin (text gin_trgm_ops);

-- Users whose text may be old: those with an id from low to high.
CREATE TABLE user_search_stale (
	tenant_id int NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	low bigint NOT NULL,
	high bigint NOT NULL,
	PRIMARY KEY (tenant_id, id)
);

DO $$
DECLARE
	relation name;
BEGIN
	FOREACH relation IN ARRAY ARRAY['user_search', 'user_search_stale'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', relation);
		EXECUTE format('CREATE POLICY scope ON %I USING (tenant_id = ANY ((SELECT scope())::int[]))', relation);
		EXECUTE format('CREATE POLICY search ON %I TO rollcall_search USING (true)', relation);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO rollcall_search', relation);
	END LOOP;
	FOREACH relation IN ARRAY ARRAY['users', 'line', 'extension', 'incall', 'voicemail', 'user_label', 'label'] LOOP
		EXECUTE format('CREATE POLICY search ON %I FOR SELECT TO rollcall_search USING (true)', relation);
	END LOOP;
END
$$;
GRANT SELECT (tenant_id, id, firstname, lastname, email, username, userfield, mobile_phone_number, voicemail_id)
	ON users TO rollcall_search;
GRANT SELECT (tenant_id, id, user_id, provisioning_code, sip_username) ON line TO rollcall_search;
GRANT SELECT (tenant_id, id, line_id, exten) ON extension TO rollcall_search;
GRANT SELECT (tenant_id, id, user_id, exten) ON incall TO rollcall_search;
GRANT SELECT (tenant_id, id, number) ON voicemail TO rollcall_search;
GRANT SELECT (tenant_id, user_id, label_id) ON user_label TO rollcall_search;
GRANT SELECT (tenant_id, id, name) ON label TO rollcall_search;

-- --- what is compared ---------------------------------------------------------

-- Without case and accents, composed or not.
CREATE FUNCTION search_key(t text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent', t) COLLATE "und-x-icu") $$;

-- A text in which numbers are written with blanks, dots or hyphens, without them; null
-- where there are none.
CREATE FUNCTION search_digits(t text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN t ~ '[0-9][ .-]+[0-9]' THEN translate(t, ' .-', '') END $$;

-- The words of a search, as they are compared; more than 16 are not looked at.  Numbers
-- side by side are one, written in groups: 01 42-00.02 is 01420002.  With `apart` they
-- stay several.
CREATE FUNCTION search_words(wanted text, apart boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT coalesce((array_agg(word ORDER BY n))[1:16], '{}')
	FROM (
		SELECT min(n) AS n, string_agg(CASE WHEN number THEN translate(word, '.-/()', '') ELSE word END, '' ORDER BY n) AS word
		FROM (
			SELECT word, number, n, CASE WHEN number AND NOT apart
				THEN n - row_number() OVER (PARTITION BY number ORDER BY n) - 1 ELSE n END AS place
			FROM (
				SELECT word, n, word ~ '^[+]?[(]?[0-9][0-9./()-]*$' AS number
				FROM regexp_split_to_table(search_key(left(wanted, 200)), '[\s\u00A0\u2007\u202F\u3000]+')
					WITH ORDINALITY AS split (word, n)
				WHERE word <> ''
			) words
		) placed
		GROUP BY number, place
	) joined
$$;

-- --- who is marked ------------------------------------------------------------

-- The trigger's argument is a query of the rows `changed`, for tenant_id and user_id of
-- those whom they concern.  By thousands of ids, so that an import of 100,000 users marks
-- them with a hundred rows.
CREATE FUNCTION search_mark() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	EXECUTE format('INSERT INTO user_search_stale (tenant_id, low, high)
		SELECT tenant_id, min(user_id), max(user_id) FROM (%s) concerned
		WHERE user_id IS NOT NULL GROUP BY tenant_id, user_id / 1000', TG_ARGV[0]);
	RETURN NULL;
END
$$;

DO $$
DECLARE
	-- Lines of numbers by thousands too: they are as many, in the order of the numbers.
	by_line constant text := 'SELECT l.tenant_id, l.user_id FROM (SELECT tenant_id, min(line_id) AS low,
		max(line_id) AS high FROM changed WHERE line_id IS NOT NULL GROUP BY tenant_id, line_id / 1000) n
		JOIN line l ON l.tenant_id = n.tenant_id AND l.id BETWEEN n.low AND n.high';
	own constant text := 'SELECT tenant_id, user_id FROM changed';
	relation name;
	query text;
	event text;
BEGIN
	FOR relation, query IN VALUES ('users'::name, 'SELECT tenant_id, id AS user_id FROM changed'), ('line', own),
		('extension', by_line), ('incall', own), ('user_label', own),
		('voicemail', 'SELECT u.tenant_id, u.id AS user_id FROM changed c
			JOIN users u ON u.tenant_id = c.tenant_id AND u.voicemail_id = c.id'),
		('label', 'SELECT m.tenant_id, m.user_id FROM changed c
			JOIN user_label m ON m.tenant_id = c.tenant_id AND m.label_id = c.id') LOOP
		-- Of what belongs to somebody else after a change, both.
		FOREACH event IN ARRAY ARRAY['INSERT', 'DELETE', 'UPDATE new', 'UPDATE old'] LOOP
			CONTINUE WHEN relation IN ('voicemail', 'label') AND event <> 'UPDATE new';
			EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s TABLE AS changed
				FOR EACH STATEMENT EXECUTE FUNCTION search_mark(%L)', 'search_' || lower(replace(event, ' ', '_')),
				split_part(event, ' ', 1), relation,
				CASE WHEN event IN ('INSERT', 'UPDATE new') THEN 'NEW' ELSE 'OLD' END, query);
		END LOOP;
	END LOOP;
	-- The id of a user, a line's user and a member's do not change.
	DROP TRIGGER search_update_old ON users;
	DROP TRIGGER search_update_old ON line;
	DROP TRIGGER search_update_old ON user_label;
END
$$;

SET LOCAL ROLE rollcall_search;
INSERT INTO user_search_stale (tenant_id, low, high)
SELECT tenant_id, min(id), max(id) FROM users GROUP BY tenant_id, id / 1000;
RESET ROLE;

-- --- texts and searches -------------------------------------------------------

-- Makes the texts of some who are marked; false where nobody is, or another worker is at
-- it.  The settings hold the plans to indexes: these are a few thousand users of many.
CREATE FUNCTION search_refresh() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
	taken user_search_stale[];
BEGIN
	IF NOT pg_try_advisory_xact_lock(7, 0) THEN
		RETURN false;
	END IF;
	WITH chosen AS (
		SELECT DISTINCT tenant_id, low / 1000 AS thousand FROM (SELECT * FROM user_search_stale LIMIT 5) t
	), gone AS (
		DELETE FROM user_search_stale t USING chosen c
		WHERE t.tenant_id = c.tenant_id AND t.low / 1000 = c.thousand RETURNING t.*
	)
	SELECT array_agg(one::user_search_stale) INTO taken FROM (
		SELECT tenant_id, min(id) AS id, min(low) AS low, max(high) AS high FROM gone GROUP BY tenant_id, low / 1000
	) one;
	DELETE FROM user_search s USING unnest(taken) t
	WHERE s.tenant_id = t.tenant_id AND s.user_id BETWEEN t.low AND t.high
		AND NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = s.tenant_id AND u.id = s.user_id);
	INSERT INTO user_search AS s (tenant_id, user_id, text)
	SELECT n.tenant_id, n.user_id, n.text
	FROM unnest(taken) t
	JOIN user_search_now n ON n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high
	ON CONFLICT (tenant_id, user_id) DO UPDATE SET text = excluded.text WHERE s.text <> excluded.text;
	RETURN taken IS NOT NULL;
END
$$;

-- The condition that a text has all of the words: one for each, since an index answers no
-- list of them.
CREATE FUNCTION search_condition(words text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT coalesce(string_agg(format('text LIKE %L',
		'%' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%'), ' AND '), 'true')
	FROM unnest(words) AS word
$$;

-- The users of the scope whom a search finds.  What looks like a number in groups may be
-- several numbers: where nobody has the one, it is those.
CREATE FUNCTION users_found(wanted text) RETURNS TABLE (tenant_id int, user_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 100
SET enable_nestloop = on SET jit = off
AS $$
DECLARE
	marked constant boolean := EXISTS (SELECT FROM user_search_stale t WHERE t.tenant_id = ANY (scope()));
	joined constant text := search_condition(search_words(wanted, false));
	apart constant text := search_condition(search_words(wanted, true));
	condition text;
BEGIN
	FOREACH condition IN ARRAY CASE WHEN apart = joined THEN ARRAY[joined] ELSE ARRAY[joined, apart] END LOOP
		IF NOT marked THEN
			RETURN QUERY EXECUTE 'SELECT tenant_id, user_id FROM user_search
				WHERE tenant_id = ANY ($1) AND ' || condition USING scope();
		ELSE
			RETURN QUERY EXECUTE 'WITH stale AS MATERIALIZED (
					SELECT tenant_id, min(low) AS low, max(high) AS high FROM user_search_stale
					WHERE tenant_id = ANY ($1) GROUP BY tenant_id, low / 1000
				)
				SELECT s.tenant_id, s.user_id FROM user_search s
				WHERE s.tenant_id = ANY ($1) AND NOT EXISTS (SELECT FROM stale t
					WHERE t.tenant_id = s.tenant_id AND t.low / 1000 = s.user_id / 1000
						AND s.user_id BETWEEN t.low AND t.high) AND ' || condition || '
				UNION ALL
				SELECT n.tenant_id, n.user_id FROM stale t
				JOIN user_search_now n ON n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high
				WHERE ' || condition USING scope();
		END IF;
		EXIT WHEN FOUND;
	END LOOP;
END
$$;

DO $$
DECLARE
	one regprocedure;
BEGIN
	FOREACH one IN ARRAY ARRAY['search_mark()', 'search_refresh()', 'users_found(text)']::regprocedure[] LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO rollcall_search', one);
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
	END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION users_found(text) TO rollcall_web, rollcall_worker, rollcall_owner;
GRANT EXECUTE ON FUNCTION search_refresh() TO rollcall_worker;
REVOKE CREATE ON SCHEMA public FROM rollcall_search;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
