-- Gives each line its extension, a free one that exists.
-- rows of plan_of_import: extension_id IS NOT NULL
UPDATE extension
SET line_id = plan.new_line_id
FROM plan_of_import AS plan
WHERE extension.tenant_id = plan.tenant_id AND extension.id = plan.extension_id
	AND plan.line_protocol IS NOT NULL;
