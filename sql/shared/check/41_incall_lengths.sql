-- Lists of incall columns have one length; the ring seconds may be empty.
-- columns: incall_exten incall_context incall_ring_seconds
-- rows of {plan}: cardinality(incall_context) <> cardinality(incall_exten) OR cardinality(incall_ring_seconds) <> cardinality(incall_exten)
INSERT INTO issue (row_number, line, key, column_name, value, params)
SELECT row_number, line, 'invalid', list.column_name, list.value,
	jsonb_build_object('expected', 'expected.same_length', 'other', 'incall_exten')
FROM {plan}
CROSS JOIN LATERAL (VALUES
	('incall_context', array_to_string(incall_context, ';'), cardinality(incall_context)),
	('incall_ring_seconds', array_to_string(incall_ring_seconds, ';', ''), cardinality(incall_ring_seconds))
) AS list (column_name, value, length)
WHERE (cardinality(incall_context) <> cardinality(incall_exten)
		OR cardinality(incall_ring_seconds) <> cardinality(incall_exten))
	AND list.length <> cardinality(incall_exten);
