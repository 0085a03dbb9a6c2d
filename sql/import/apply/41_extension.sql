-- Gives each line its extension, a new one.
-- rows of plan_of_import: exten IS NOT NULL AND extension_id IS NULL
INSERT INTO extension (tenant_id, id, context_id, exten, line_id)
SELECT tenant_id, new_extension_id, context_id, exten, new_line_id
FROM plan_of_import
WHERE exten IS NOT NULL AND extension_id IS NULL
	AND line_protocol IS NOT NULL AND context_id IS NOT NULL;
