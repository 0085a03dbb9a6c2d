-- A context that is named must exist in the row's tenant.
-- columns: context voicemail_context
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, 'unknown.context', named.column_name, named.context
FROM plan
CROSS JOIN LATERAL (VALUES
	('context', context, context_id),
	('voicemail_context', voicemail_context, voicemail_context_id)
) AS named (column_name, context, context_id)
WHERE named.context IS NOT NULL AND named.context_id IS NULL AND tenant_id IS NOT NULL;
