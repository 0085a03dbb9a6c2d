-- Warn of a record that has another number of cells, empty ones at its end counted, than most.
-- rows of stage: width <> (SELECT width FROM stage WHERE width IS NOT NULL LIMIT 1)
INSERT INTO issue (row_number, line, level, key, params)
SELECT row_number, line, 'warning', 'width', jsonb_build_object('n', width::text, 'most', most::text)
FROM stage
CROSS JOIN (SELECT min(width) <> max(width) AS differ, mode() WITHIN GROUP (ORDER BY width) AS most FROM stage) widths
WHERE differ AND width <> most;
