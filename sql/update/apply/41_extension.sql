-- Extensions: removed, changed in place, taken over, left free, made.
-- columns: exten context line_protocol
WITH removed AS (
	DELETE FROM extension
	USING plan
	WHERE extension.tenant_id = plan.tenant_id AND extension.id = plan.old_extension_id
		AND plan.exten IS NULL
	RETURNING plan.row_number
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'extension', 'removed' FROM removed;

-- One statement, whose keys are checked at its end: numbers may be swapped.
WITH wanted AS (
	SELECT row_number, tenant_id, old_extension_id AS id, context_id, exten, line_id
	FROM plan
	WHERE old_extension_id IS NOT NULL AND exten IS NOT NULL AND extension_id IS NULL
	UNION ALL
	SELECT row_number, tenant_id, extension_id, context_id, exten, coalesce(line_id, new_line_id)
	FROM plan
	WHERE extension_id IS DISTINCT FROM old_extension_id AND extension_id IS NOT NULL
		AND line_protocol IS NOT NULL
	UNION ALL
	SELECT plan.row_number, plan.tenant_id, plan.old_extension_id, extension.context_id,
		extension.exten, NULL
	FROM plan
	JOIN extension ON extension.tenant_id = plan.tenant_id AND extension.id = plan.old_extension_id
	WHERE plan.frees_extension AND plan.old_extension_id NOT IN (
		SELECT extension_id FROM plan taker WHERE extension_id IS NOT NULL)
), changed AS (
	UPDATE extension
	SET context_id = wanted.context_id, exten = wanted.exten, line_id = wanted.line_id
	FROM wanted
	WHERE extension.tenant_id = wanted.tenant_id AND extension.id = wanted.id
	RETURNING wanted.row_number, wanted.line_id
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'extension', CASE WHEN line_id IS NULL THEN 'detached' ELSE 'changed' END
FROM changed;

WITH made AS (
	INSERT INTO extension (tenant_id, id, context_id, exten, line_id)
	SELECT tenant_id, new_extension_id, context_id, exten, coalesce(line_id, new_line_id)
	FROM plan
	WHERE old_extension_id IS NULL AND extension_id IS NULL
		AND exten IS NOT NULL AND line_protocol IS NOT NULL AND context_id IS NOT NULL
	RETURNING id
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'extension', 'created'
FROM plan
JOIN made ON made.id = plan.new_extension_id;
