-- Makes a line, with a provisioning code, of each row with a protocol and a context.
INSERT INTO line (
	-- each column kept in line but line_protocol sip_username sip_secret: {kept},
	-- end
	tenant_id, id, uuid, user_id, protocol, context_id, line_template_id,
	sip_username, sip_secret, provisioning_code)
SELECT
	-- each column kept in line but line_protocol sip_username sip_secret: {filled plan},
	-- end
	tenant_id, new_line_id, new_line_uuid, user_id, line_protocol, context_id, line_template_id,
	CASE WHEN line_protocol <> 'sccp' THEN sip_username END,
	CASE WHEN line_protocol <> 'sccp' THEN sip_secret END,
	CASE WHEN (SELECT current_setting('rollcall.rehearsal', true)) = 'on' THEN (-1 - new_line_id % 2000000000)::int
		ELSE provisioning_code(nextval('provisioning_number'), (SELECT key FROM provisioning_key)) END
FROM plan_of_import AS plan
WHERE line_protocol IS NOT NULL AND context_id IS NOT NULL;
