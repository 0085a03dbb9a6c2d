-- The history of users, from the stored changes of jobs: one event or cell in each row.

DROP VIEW IF EXISTS job_row_shown;

-- One stored row in that form.  For a user that a job made or deleted this is the only event, without the
-- cells.
CREATE OR REPLACE FUNCTION change_events(c job_row_change)
RETURNS TABLE (user_id bigint, what text, column_name text, was text, becomes text)
LANGUAGE sql STABLE
AS $$
	SELECT c.user_id, CASE c.how WHEN 'insert' THEN 'created' ELSE 'deleted' END, NULL, NULL, NULL
	WHERE c.relation = 'users' AND c.how <> 'update'
	UNION ALL
	SELECT cell.user_id, 'changed', cell.column_name, cell.was, cell.becomes
	FROM change_cells(c) AS cell
	WHERE (c.relation <> 'users' OR c.how = 'update') AND NOT EXISTS (
		SELECT FROM job_row_change whole
		WHERE whole.tenant_id = c.tenant_id AND whole.user_id = coalesce(cell.user_id, c.user_id)
			AND whole.job_id = c.job_id AND whole.relation = 'users' AND whole.how <> 'update')
$$;

-- All events of one user: the user's own rows, numbers that came from another user, and the voicemail while
-- it belonged to the user.
CREATE OR REPLACE FUNCTION user_history(of_tenant int, of_user bigint)
RETURNS TABLE (job_id int, n bigint, place bigint, what text, column_name text, was text, becomes text)
LANGUAGE sql STABLE
AS $$
	WITH own AS MATERIALIZED (
		SELECT c.change AS row, c.n, c.job_id, c.id, c.relation, c.old, c.new
		FROM kept_change c WHERE c.tenant_id = of_tenant AND c.user_id = of_user AND c.thousand = of_user / 1000
	), lines AS (
		SELECT id FROM line WHERE tenant_id = of_tenant AND user_id = of_user
		UNION
		SELECT id FROM own WHERE relation = 'line'
	), voicemails AS MATERIALIZED (
		SELECT n, job_id, (old -> 'voicemail_id')::bigint AS was, (new -> 'voicemail_id')::bigint AS becomes
		FROM own WHERE relation = 'users' AND (old ? 'voicemail_id' OR new ? 'voicemail_id')
		UNION ALL
		SELECT 9223372036854775807, NULL, (SELECT voicemail_id FROM users WHERE tenant_id = of_tenant AND id = of_user), NULL
	), kept AS (
		SELECT row FROM own
		UNION ALL
		SELECT c FROM job_row_change c
		WHERE c.tenant_id = of_tenant AND c.relation = 'incall' AND c.how = 'update' AND c.new ? 'user_id'
			AND c.new -> 'user_id' = of_user::text AND c.user_id IS DISTINCT FROM of_user
		UNION ALL
		SELECT c FROM job_row_change c
		WHERE c.tenant_id = of_tenant AND c.relation = 'extension' AND c.how = 'update' AND c.new ? 'line_id'
			AND c.new -> 'line_id' IN (SELECT id::text FROM lines) AND c.user_id IS DISTINCT FROM of_user
		UNION ALL
		-- The next row about the user's voicemail says which one it was until then.
		SELECT c FROM job_row_change c
		WHERE c.tenant_id = of_tenant AND c.relation = 'voicemail' AND c.how = 'update'
			AND c.id IN (SELECT was FROM voicemails UNION SELECT becomes FROM voicemails)
			AND (c.id = (SELECT later.was FROM voicemails later WHERE later.n > c.n ORDER BY later.n LIMIT 1)
				OR (c.id, c.job_id) IN (SELECT becomes, voicemails.job_id FROM voicemails))
	)
	SELECT (kept.row).job_id, (kept.row).n, event.place, event.what, event.column_name, event.was, event.becomes
	FROM kept
	CROSS JOIN LATERAL change_events(kept.row) WITH ORDINALITY AS event (user_id, what, column_name, was, becomes, place)
	WHERE event.user_id = of_user OR event.user_id IS NULL
	UNION ALL
	SELECT job_id, 0, 1, 'created', NULL, NULL, NULL
	FROM job_made
	WHERE tenant_id = of_tenant AND relation = 'users' AND of_user BETWEEN low AND high AND (ids IS NULL OR of_user = ANY (ids))
$$;
