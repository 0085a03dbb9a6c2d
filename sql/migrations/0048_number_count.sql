-- How many numbers of phones and incoming calls are taken, by thousands of numbers.
--
-- The forms of the import and of a user say how many numbers of each range are free, and
-- which is the next.  With these counts that takes some milliseconds, however many are taken;
-- counting a million each time took seconds.  Triggers keep them, once a statement and in the
-- same transaction: a number is taken while it has a line, or a user.

CREATE TABLE number_count (
	tenant_id int NOT NULL,
	context_id bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('user', 'incall')),
	digits int NOT NULL,
	block bigint NOT NULL,			-- the number by 1000
	n bigint NOT NULL,
	PRIMARY KEY (tenant_id, context_id, kind, digits, block)
);
COMMENT ON TABLE number_count IS 'Taken numbers by thousands; numbers of more than 18 digits are not counted';

DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO rollcall_search;
ALTER TABLE number_count ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON number_count USING (tenant_id = ANY ((SELECT scope())::int[]));
CREATE POLICY search ON number_count TO rollcall_search USING (true);
GRANT SELECT, INSERT, UPDATE ON number_count TO rollcall_search;
GRANT SELECT ON number_count TO rollcall_web, rollcall_worker;
GRANT SELECT (context_id) ON extension, incall TO rollcall_search;

-- TG_ARGV: the kind, what a row adds (1 or -1), a query of the rows `changed` for tenant_id,
-- context_id and number of those that are taken.
CREATE FUNCTION count_numbers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	EXECUTE format('INSERT INTO number_count AS c (tenant_id, context_id, kind, digits, block, n)
		SELECT tenant_id, context_id, $1, length(number), number::bigint / 1000, $2 * count(*) FROM (%s) taken
		WHERE length(number) <= 18 AND translate(number, ''0123456789'', '''') = ''''
		GROUP BY tenant_id, context_id, length(number), number::bigint / 1000
		ORDER BY tenant_id, context_id, length(number), number::bigint / 1000
		ON CONFLICT (tenant_id, context_id, kind, digits, block) DO UPDATE SET n = c.n + excluded.n', TG_ARGV[2])
	USING TG_ARGV[0], TG_ARGV[1]::int;
	RETURN NULL;
END
$$;
ALTER FUNCTION count_numbers() OWNER TO rollcall_search;
REVOKE ALL ON FUNCTION count_numbers() FROM PUBLIC;

DO $$
DECLARE
	relation name;
	kind text;
	query text;
	event text;
BEGIN
	FOR relation, kind, query IN VALUES
		('extension'::name, 'user', 'SELECT tenant_id, context_id, exten AS number FROM changed WHERE line_id IS NOT NULL'),
		('incall', 'incall', 'SELECT tenant_id, context_id, ltrim(exten, ''+'') AS number FROM changed WHERE user_id IS NOT NULL') LOOP
		FOREACH event IN ARRAY ARRAY['INSERT', 'DELETE', 'UPDATE new', 'UPDATE old'] LOOP
			EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s TABLE AS changed
				FOR EACH STATEMENT EXECUTE FUNCTION count_numbers(%L, %L, %L)', 'numbers_' || lower(replace(event, ' ', '_')),
				split_part(event, ' ', 1), relation, CASE WHEN event IN ('INSERT', 'UPDATE new') THEN 'NEW' ELSE 'OLD' END,
				kind, CASE WHEN event IN ('INSERT', 'UPDATE new') THEN 1 ELSE -1 END, query);
		END LOOP;
	END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM rollcall_search;

SET LOCAL ROLE rollcall_search;
INSERT INTO number_count (tenant_id, context_id, kind, digits, block, n)
SELECT tenant_id, context_id, kind, length(number), number::bigint / 1000, count(*)
FROM (
	SELECT tenant_id, context_id, 'user' AS kind, exten AS number FROM extension WHERE line_id IS NOT NULL
	UNION ALL
	SELECT tenant_id, context_id, 'incall', ltrim(exten, '+') FROM incall WHERE user_id IS NOT NULL
) taken
WHERE length(number) <= 18 AND translate(number, '0123456789', '') = ''
GROUP BY tenant_id, context_id, kind, length(number), number::bigint / 1000;
RESET ROLE;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
