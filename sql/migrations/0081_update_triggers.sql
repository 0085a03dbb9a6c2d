-- What checks links and keys is asked only where a statement sets their columns: its condition
-- would look at two whole rows for each row that is written.
DO $$
DECLARE
	definition text;
	columns text;
BEGIN
	EXECUTE format('GRANT rollcall_links TO %I', current_user);
	FOR definition, columns IN
		SELECT def, (SELECT string_agg(DISTINCT quote_ident(part[1]), ', ') FROM regexp_matches(def, 'new\.(\w+)', 'g') AS part)
		FROM pg_trigger
		JOIN pg_proc ON pg_proc.oid = tgfoid
		CROSS JOIN LATERAL pg_get_triggerdef(pg_trigger.oid) AS def
		WHERE tgrelid = ANY ('{users,line,extension,incall,voicemail}'::regclass[]) AND NOT tgisinternal
			AND (proname = 'link_key_kept' OR proname LIKE '%\_relink') AND def LIKE '% AFTER UPDATE ON %'
	LOOP
		EXECUTE replace(replace(definition, 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER'),
			' AFTER UPDATE ON ', format(' AFTER UPDATE OF %s ON ', columns));
	END LOOP;
	EXECUTE format('REVOKE rollcall_links FROM %I', current_user);
END
$$;
