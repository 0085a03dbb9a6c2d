-- SIP usernames that were drawn and are taken, or stand twice in the file, are drawn again.
--
-- Of 100,000 draws two are alike once in 500 files: so this runs only after an
-- apply has failed on a unique name.
UPDATE {table}
SET sip_username = left(replace(gen_random_uuid()::text, '-', ''), 8)
WHERE drawn AND (
	sip_username IN (SELECT taken.key FROM pg_temp.parts_of('{table}') part CROSS JOIN LATERAL taken_sip_usernames(ARRAY(
		SELECT sip_username FROM {table} WHERE ctid >= part.low AND ctid < part.high AND drawn)) taken)
	OR sip_username IN (SELECT sip_username FROM {table} WHERE sip_username IS NOT NULL
		GROUP BY sip_username HAVING count(*) > 1));
