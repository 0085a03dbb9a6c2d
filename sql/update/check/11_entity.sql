-- The entity of a user cannot be changed.
-- columns: entity_id
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line, CASE WHEN job_tenant() IS NULL THEN 'entity.changed' ELSE 'entity' END, 'entity_id', entity_id,
	jsonb_strip_nulls(jsonb_build_object('id', entity_id::text, 'own', CASE WHEN job_tenant() IS NULL THEN tenant_id::text END))
FROM plan
WHERE entity_id <> tenant_id;
