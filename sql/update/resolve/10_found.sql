-- The users that the rows name.  A row whose user is not found has no plan, and a check says so.
INSERT INTO found (row_number, tenant_id, user_id, voicemail_id)
SELECT stage.row_number, users.tenant_id, users.id, users.voicemail_id
FROM stage
JOIN users ON users.uuid = stage.uuid;

-- Nobody else counts a temporary table: without this each row is compared with each.
ANALYZE found;
