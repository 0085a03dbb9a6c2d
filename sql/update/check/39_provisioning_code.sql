-- Warn of a provisioning code that is another one than the user's: it cannot be set.
-- columns: provisioning_code
INSERT INTO issue (row_number, line, level, key, column_name, value, params)
SELECT plan.row_number, plan.line, 'warning', 'column_ignored', 'provisioning_code', stage.provisioning_code,
	jsonb_build_object('why', 'why.provisioning_code')
FROM plan
JOIN stage USING (row_number)
LEFT JOIN line ON line.tenant_id = plan.tenant_id AND line.id = plan.line_id
WHERE stage.provisioning_code IS NOT NULL AND stage.provisioning_code IS DISTINCT FROM line.provisioning_code::text;
