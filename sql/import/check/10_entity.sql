-- The entity of a row is the scope's tenant; over all tenants it must be given and exist.
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line,
	CASE WHEN job_tenant() IS NOT NULL THEN 'entity'
		WHEN entity_id IS NULL THEN 'missing'
		ELSE 'unknown.entity' END,
	'entity_id', entity_id, jsonb_build_object('id', entity_id::text)
FROM plan
WHERE NOT 'entity_id' = ANY (wrong)
	AND CASE WHEN job_tenant() IS NOT NULL THEN entity_id <> job_tenant()
		ELSE tenant_id IS NULL END;
