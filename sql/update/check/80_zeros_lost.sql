-- A number that is the stored one without the zeros or the + in front was spoilt by a spreadsheet,
-- unless the option zeros says that these numbers have none.  Of secrets only for who may see them.
-- columns: mobile_phone_number exten incall_exten voicemail_number voicemail_password call_permission_password
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line, 'zeros_lost', column_name, CASE WHEN NOT secret THEN given END,
	jsonb_strip_nulls(jsonb_build_object('old', CASE WHEN NOT secret THEN stored END,
		'what', CASE WHEN stored LIKE '%+' || given THEN 'what.plus' ELSE 'what.zeros' END))
FROM (
	SELECT plan.row_number, plan.line, cell.*
	FROM plan
	JOIN stage USING (row_number)
	JOIN users ON users.tenant_id = plan.tenant_id AND users.id = plan.user_id
	LEFT JOIN voicemail ON voicemail.tenant_id = users.tenant_id AND voicemail.id = users.voicemail_id
	CROSS JOIN LATERAL (VALUES
		('mobile_phone_number', stage.mobile_phone_number, users.mobile_phone_number, false),
		('exten', stage.exten, plan.old_exten, false),
		('voicemail_number', stage.voicemail_number, voicemail.number, false),
		('voicemail_password', stage.voicemail_password, voicemail.password, true),
		('call_permission_password', stage.call_permission_password, users.call_permission_password, true)
	) AS cell (column_name, given, stored, secret)
	UNION ALL
	-- In a list each number is compared by itself.
	SELECT plan.row_number, plan.line, 'incall_exten', item.given, own.stored, false
	FROM plan
	JOIN stage USING (row_number)
	JOIN own_incall USING (row_number)
	CROSS JOIN LATERAL unnest(stage.incall_exten) AS item (given)
	CROSS JOIN LATERAL unnest(own_incall.extens) AS own (stored)
	WHERE item.given <> ALL (own_incall.extens) AND own.stored <> ALL (stage.incall_exten)
) cell
WHERE (SELECT job_option('zeros')) IS NULL AND (NOT secret OR (SELECT job_secrets()))
	AND length(stored) > length(given) AND right(stored, length(given)) = given
	AND translate(left(stored, length(stored) - length(given)), '0+', '') = '';
