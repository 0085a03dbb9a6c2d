-- The stored mappings of columns.

-- name: mapping_find
SELECT options, file_name, admin_name, to_char(changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS changed_at
FROM mapping WHERE tenant_id = $1::int AND key = mapping_key($2::jsonb);

-- name: mapping_keep
INSERT INTO mapping (tenant_id, key, names, options, file_name, admin_name)
VALUES ($1::int, mapping_key($2::jsonb), $2::jsonb, $3::jsonb, $4, $5)
ON CONFLICT (tenant_id, key) DO UPDATE
SET options = excluded.options, file_name = excluded.file_name, admin_name = excluded.admin_name, changed_at = now();

-- Adds the mapping with which a job was read to its options.
-- name: mapping_of_job
UPDATE job SET options = options || $2::jsonb WHERE id = $1::int;

-- Whether a job failed because the meaning of its columns is not known, and its file can be read again.  Rows
-- above the header must be removed first, and a mapping cannot tell apart two columns of one name.
-- name: job_unmapped
SELECT job.kept_as_sent AND EXISTS (SELECT FROM job_issue WHERE job_id = job.id
	AND NOT params ?| '{below,twice}' AND (key IN ('file.header_missing', 'file.columns_unknown', 'file.mapping_source', 'file.mapping_twice')
		OR (key = 'file.duplicate_header' AND job.options ? 'map'))) AS unmapped
FROM job WHERE id = $1::int;
