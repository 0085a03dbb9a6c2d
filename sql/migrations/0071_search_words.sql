-- Searches as people write and copy them.  A number with a code in front (+33, 0033) or without (06) is
-- found by its last nine digits, however it is stored.  Commas, quotes and the like around a word
-- (Doe, Anna) do not count, nor do invisible characters; Jean-Marc finds Jean Marc too.
CREATE OR REPLACE FUNCTION search_words(wanted text, apart boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT coalesce((array_agg(CASE WHEN number AND word ~ '^([+]|0)[+0-9]{9,}$' THEN right(word, 9) ELSE word END
		ORDER BY n))[1:16], '{}')
	FROM (
		SELECT min(n) AS n, number, string_agg(CASE WHEN number THEN translate(word, '.-/()', '') ELSE word END, '' ORDER BY n) AS word
		FROM (
			SELECT word, number, n, CASE WHEN number AND NOT apart
				THEN n - row_number() OVER (PARTITION BY number ORDER BY n) - 1 ELSE n END AS place
			FROM (
				SELECT word, n, word ~ '^[+]?[(]?[0-9][0-9./()-]*$' AS number
				FROM (
					-- A word of such signs alone is looked for as it is.
					SELECT n, coalesce(nullif(btrim(word, ',;"“”„«»‘’'''), ''), word) AS word
					FROM regexp_split_to_table(regexp_replace(search_key(translate(left(wanted, 200),
							U&'\00AD\200B\200C\200D\200E\200F\2060\FEFF', '')),
						'([[:alpha:]]{2})-(?=[[:alpha:]]{2})', '\1 ', 'g'), '[\s\u00A0\u2007\u202F\u3000]+')
						WITH ORDINALITY AS split (word, n)
					WHERE word <> ''
				) split
			) words
		) placed
		GROUP BY number, place
	) joined
$$;
