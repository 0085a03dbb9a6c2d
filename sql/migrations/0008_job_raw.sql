-- A file that says its values are as they are (escape=none): no apostrophe of a
-- formula guard is taken off.
ALTER TABLE job ADD raw boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN job.raw IS 'the values have no formula guard';
