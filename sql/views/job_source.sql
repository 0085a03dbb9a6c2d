-- The file's own name of a column, from the mapping of the job: its options have texts such as "Poste:exten" and "Nom, Prénom:lastname,firstname" (cgi/csv/mapping.h).
DROP VIEW IF EXISTS job_source;
CREATE VIEW job_source WITH (security_invoker = true) AS
	SELECT DISTINCT ON (job.id, column_name) job.id AS job_id, column_name, part.source
	FROM job
	CROSS JOIN LATERAL jsonb_array_elements_text(coalesce(job.options -> 'map', '[]') || coalesce(job.options -> 'split', '[]')) AS item
	CROSS JOIN LATERAL (SELECT substring(item FROM '^(.*):[^:]*$'), substring(item FROM '[^:]*$')) AS part (source, columns)
	CROSS JOIN LATERAL unnest(string_to_array(part.columns, ',')) AS column_name
	WHERE column_name <> part.source;
GRANT SELECT ON job_source TO rollcall_web, rollcall_worker;
