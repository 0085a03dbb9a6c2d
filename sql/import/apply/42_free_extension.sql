-- Gives each line its extension, a free one that exists.
-- rows of plan: extension_id IS NOT NULL
UPDATE extension
SET line_id = plan.new_line_id
FROM plan
WHERE extension.tenant_id = plan.tenant_id AND extension.id = plan.extension_id
	AND plan.line_protocol IS NOT NULL;
