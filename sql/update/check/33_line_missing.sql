-- A line keeps a context and, unless it is sccp, its SIP credentials: they cannot be emptied.
-- columns: context sip_username sip_secret
INSERT INTO issue (row_number, line, key, column_name)
SELECT plan.row_number, plan.line, 'missing', cell.column_name
FROM plan
JOIN stage USING (row_number)
CROSS JOIN LATERAL (VALUES
	('context', stage.context IS NULL),
	('sip_username', plan.old_protocol <> 'sccp' AND (stage.sip_username IS NULL OR stage.drawn)),
	('sip_secret', plan.old_protocol <> 'sccp' AND (stage.sip_secret IS NULL OR stage.drawn_secret))
) AS cell (column_name, empty)
JOIN position ON position.column_name = cell.column_name
WHERE plan.line_id IS NOT NULL AND cell.empty
	AND NOT cell.column_name = ANY (plan.wrong) AND NOT cell.column_name = ANY (plan.kept);
