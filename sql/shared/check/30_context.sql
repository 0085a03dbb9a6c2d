-- A context that is named must exist in the row's tenant.
-- columns: context voicemail_context
-- rows of {plan}: context IS NOT NULL AND context_id IS NULL OR voicemail_context IS NOT NULL AND voicemail_context_id IS NULL
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, 'unknown.context', 'context', context
FROM {plan}
WHERE context IS NOT NULL AND context_id IS NULL AND tenant_id IS NOT NULL;

INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, 'unknown.context', 'voicemail_context', voicemail_context
FROM {plan}
WHERE voicemail_context IS NOT NULL AND voicemail_context_id IS NULL AND tenant_id IS NOT NULL;
