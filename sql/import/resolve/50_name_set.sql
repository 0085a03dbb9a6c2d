-- Finds what the names in the rows mean, once for all rows that have the same names.  What is not found
-- stays null; a check reports it.
INSERT INTO name_set (n, tenant_id, context_id, context_type, line_template_id, cti_profile_id, voicemail_context_id)
SELECT stage.name_set, tenant.id, context.id, context.type, line_template.id, cti_profile.id, voicemail_context.id
FROM stage
LEFT JOIN tenant ON tenant.id = coalesce((SELECT job_tenant()), stage.entity_id)
LEFT JOIN context ON context.tenant_id = tenant.id AND context.name = stage.context
LEFT JOIN line_template ON line_template.tenant_id = tenant.id
	-- each column named line_site: AND line_template.name = {filled stage}
	AND line_template.name = coalesce(stage.line_site, 'default')
	-- end
LEFT JOIN cti_profile ON cti_profile.tenant_id = tenant.id AND cti_profile.name = stage.cti_profile_name
LEFT JOIN context voicemail_context ON voicemail_context.tenant_id = tenant.id
	AND voicemail_context.name = stage.voicemail_context
WHERE stage.first_of_set;
