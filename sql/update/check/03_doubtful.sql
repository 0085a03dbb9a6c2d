-- No warning of a doubtful text that is stored like that already: an own export is not yellow.
-- rows of issue: key LIKE 'doubtful.%'
DELETE FROM issue
WHERE key LIKE 'doubtful.%' AND (row_number IN (SELECT row_number FROM unchanged)
	OR (row_number, column_name) IN (
		SELECT found.row_number, cell.column_name
		FROM found
		JOIN stage USING (row_number)
		JOIN users ON users.tenant_id = found.tenant_id AND users.id = found.user_id
		LEFT JOIN voicemail ON voicemail.tenant_id = users.tenant_id AND voicemail.id = users.voicemail_id
		CROSS JOIN LATERAL (VALUES
			('firstname', stage.firstname, users.firstname),
			('lastname', stage.lastname, users.lastname),
			('email', stage.email, users.email),
			('voicemail_email', stage.voicemail_email, voicemail.email),
			('outgoing_caller_id', stage.outgoing_caller_id, users.outgoing_caller_id),
			('userfield', stage.userfield, users.userfield),
			('username', stage.username, users.username),
			('voicemail_name', stage.voicemail_name, voicemail.name)
		) AS cell (column_name, given, stored)
		WHERE cell.given = cell.stored));
