-- An enabled CTI profile needs a username, a password and a profile.
-- columns: cti_profile_enabled username password cti_profile_name
INSERT INTO issue (row_number, line, key, column_name)
SELECT row_number, line, 'missing', needed.name
FROM {plan}
CROSS JOIN LATERAL (VALUES
	('username', username IS NOT NULL),
	('password', password IS NOT NULL OR plain_password),
	('cti_profile_name', cti_profile_name IS NOT NULL OR cti_profile_id IS NOT NULL)
) AS needed (name, there)
WHERE cti_profile_enabled AND NOT needed.there AND NOT needed.name = ANY (wrong);
