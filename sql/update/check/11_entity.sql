-- The entity of a user cannot be changed.
-- columns: entity_id
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line, 'entity', 'entity_id', entity_id, jsonb_build_object('id', entity_id::text)
FROM plan
WHERE entity_id <> tenant_id;
