-- A template line that is named must exist; an empty line_site is the one named default.
-- columns: line_site line_protocol
-- rows of {plan}: line_template_id IS NULL AND (line_site IS NOT NULL OR line_protocol IS NOT NULL)
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, 'unknown.line_template', 'line_site',
	-- each column named line_site: {filled plan}
	coalesce(plan.line_site, 'default')
	-- end
FROM {plan} AS plan
WHERE line_template_id IS NULL AND tenant_id IS NOT NULL AND NOT 'line_site' = ANY (wrong)
	AND (line_site IS NOT NULL OR (line_protocol IS NOT NULL AND context IS NOT NULL));
