-- Whom a checked update would create, disable and delete.
ALTER TABLE job_planned ADD how text CHECK (how IN ('created', 'disabled', 'deleted')),
	ADD user_uuid uuid;
COMMENT ON COLUMN job_planned.row_number IS '0: no row of the file names the user';
COMMENT ON COLUMN job_planned.how IS 'of an update; null: an import creates the user';
COMMENT ON COLUMN job_planned.user_uuid IS 'of a user who is there';
