-- A CTI profile that is named must exist in the row's tenant.
-- columns: cti_profile_name
INSERT INTO issue (row_number, line, key, column_name, value)
SELECT row_number, line, 'unknown.cti_profile', 'cti_profile_name', cti_profile_name
FROM {plan}
WHERE cti_profile_name IS NOT NULL AND cti_profile_id IS NULL AND tenant_id IS NOT NULL;
