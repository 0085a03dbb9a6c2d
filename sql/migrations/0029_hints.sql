-- What helps to correct a number or a name.
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

-- Of a number that is outside of the ranges of its context: which there are, and whether it
-- would be inside with zeros in front, which spreadsheets take away.
CREATE FUNCTION range_params(of_tenant int, of_context bigint, of_kind text, number text, context text) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
	WITH range AS (
		SELECT low, high FROM context_range
		WHERE tenant_id = of_tenant AND context_id = of_context AND kind = of_kind
	)
	SELECT jsonb_strip_nulls(jsonb_build_object('exten', number, 'context', context,
		'ranges', (SELECT string_agg(CASE WHEN low = high THEN low ELSE low || '-' || high END, ', ' ORDER BY length(low), low)
			FROM (SELECT * FROM range ORDER BY length(low), low LIMIT 10) first),
		'hint', CASE WHEN EXISTS (SELECT FROM range
			WHERE length(low) > length(ltrim(number, '+'))
				AND lpad(ltrim(number, '+'), length(low), '0') COLLATE "C" BETWEEN low AND high) THEN 'hint.zeros' END))
$$;

-- Two names are one to who reads them: case, apostrophes and forms of Unicode do not count.
CREATE FUNCTION name_folded(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT left(lower(translate(normalize(name, NFC), '’‘´`', '''''''''')), 255) $$;
