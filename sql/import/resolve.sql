-- Finds what each row names.  What is not found stays null, and a check says so.

TRUNCATE plan, plan_incall, plan_call_permission, plan_label, made_voicemail;

INSERT INTO plan
SELECT stage.new_user_id, tenant.id, context.id, context.type, line_template.id, cti_profile.id,
	voicemail_context.id, extension.id, line.user_id, voicemail.id, false, stage.*
FROM stage
LEFT JOIN tenant ON tenant.id = coalesce(job_tenant(), stage.entity_id)
LEFT JOIN context ON context.tenant_id = tenant.id AND context.name = stage.context
LEFT JOIN line_template ON line_template.tenant_id = tenant.id
	AND line_template.name = coalesce(stage.line_site, 'default')
LEFT JOIN cti_profile ON cti_profile.tenant_id = tenant.id
	AND cti_profile.name = stage.cti_profile_name
LEFT JOIN context voicemail_context ON voicemail_context.tenant_id = tenant.id
	AND voicemail_context.name = stage.voicemail_context
LEFT JOIN extension ON extension.tenant_id = tenant.id
	AND extension.context_id = context.id AND extension.exten = stage.exten
LEFT JOIN line ON line.tenant_id = extension.tenant_id AND line.id = extension.line_id
LEFT JOIN voicemail ON voicemail.tenant_id = tenant.id
	AND voicemail.context_id = voicemail_context.id AND voicemail.number = stage.voicemail_number;

-- Numbers and contexts that do not fit together make no items; ring seconds that do
-- not fit to them hide nothing else that is wrong (a check says so in both cases).
-- The condition stands in coalesce, whose estimate is one row of two and not one of
-- 200: the joins behind it are for all rows of a file.
INSERT INTO plan_incall
SELECT item.row_number, item.line, item.tenant_id, item.user_id, item.exten, item.context,
	item.ring_seconds, context.id, context.type, incall.id, incall.user_id
FROM (
	SELECT row_number, line, tenant_id, user_id, unnest(incall_exten) AS exten,
		unnest(incall_context) AS context,
		unnest(incall_ring_seconds[:cardinality(incall_exten)]) AS ring_seconds
	FROM plan
	WHERE coalesce(cardinality(incall_exten) = cardinality(incall_context), false)
) item
LEFT JOIN context ON context.tenant_id = item.tenant_id AND context.name = item.context
LEFT JOIN incall ON incall.tenant_id = item.tenant_id
	AND incall.context_id = context.id AND incall.exten = item.exten;
