-- A number that is set aside is given to nobody.
-- columns: exten context
-- rows of {plan}: EXISTS (SELECT FROM context_reserved)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'reserved', 'exten', plan.exten, jsonb_build_object('context', plan.context)
FROM {plan} AS plan
JOIN context_reserved r ON (r.tenant_id, r.context_id, r.number) = (plan.tenant_id, plan.context_id, plan.exten)
WHERE NOT plan.same_number;
