-- Lines: made for users who had none, or changed.
-- columns: phone.*
WITH changed AS (
	UPDATE line
	SET
		-- each column kept in line but line_protocol sip_username sip_secret: {kept} = plan.{name},
		-- end
		context_id = plan.context_id, line_template_id = plan.line_template_id,
		sip_username = CASE WHEN protocol <> 'sccp' THEN plan.sip_username END,
		sip_secret = CASE WHEN protocol <> 'sccp' THEN plan.sip_secret END
	FROM plan
	WHERE line.tenant_id = plan.tenant_id AND line.id = plan.line_id
		AND ((
			-- each column kept in line but line_protocol sip_username sip_secret: line.{kept},
			-- end
			line.context_id, line.line_template_id
		) IS DISTINCT FROM (
			-- each column kept in line but line_protocol sip_username sip_secret: plan.{name},
			-- end
			plan.context_id, plan.line_template_id
		)
			OR (line.protocol <> 'sccp' AND (line.sip_username, line.sip_secret)
				IS DISTINCT FROM (plan.sip_username, plan.sip_secret)))
	RETURNING plan.row_number
)
INSERT INTO touched (row_number, what)
SELECT row_number, 'line' FROM changed;

WITH made AS (
	INSERT INTO line (
		-- each column kept in line but line_protocol sip_username sip_secret: {kept},
		-- end
		tenant_id, id, uuid, user_id, protocol, context_id, line_template_id,
		sip_username, sip_secret, provisioning_code)
	SELECT
		-- each column kept in line but line_protocol sip_username sip_secret: plan.{name},
		-- end
		tenant_id, new_line_id, new_line_uuid, user_id, line_protocol, context_id, line_template_id,
		CASE WHEN line_protocol <> 'sccp' THEN sip_username END,
		CASE WHEN line_protocol <> 'sccp' THEN sip_secret END,
		CASE WHEN (SELECT current_setting('rollcall.rehearsal', true)) = 'on' THEN (-1 - new_line_id % 2000000000)::int
			ELSE provisioning_code(nextval('provisioning_number'), (SELECT key FROM provisioning_key)) END
	FROM plan
	WHERE line_id IS NULL AND line_protocol IS NOT NULL AND context_id IS NOT NULL
	RETURNING id
)
INSERT INTO touched (row_number, what, how)
SELECT row_number, 'line', 'created'
FROM plan
JOIN made ON made.id = plan.new_line_id;
