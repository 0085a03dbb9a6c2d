-- In one tenant's scope the entity of a row is that tenant.
-- columns: entity_id
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line, 'entity', 'entity_id', entity_id, jsonb_build_object('id', entity_id::text)
FROM plan_of_import
WHERE entity_id <> job_tenant();
