-- Functions that pages call once each, in PL/pgSQL, which keeps their plans: those of SQL functions are made anew by each
-- query, and took longer than their answers.  Behind each page stands factor_on, behind each report the other two.
DO $$ BEGIN EXECUTE format('GRANT rollcall_signin TO %I', current_user); END $$;

CREATE OR REPLACE FUNCTION factor_on(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	RETURN EXISTS (SELECT FROM admin_factor f WHERE f.admin_id = wanted AND f.confirmed_at IS NOT NULL);
END
$$;

CREATE OR REPLACE FUNCTION sent_chunk(hash bytea, idle int, lifetime int, wanted int, n int) RETURNS SETOF bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	RETURN QUERY SELECT c.data
	FROM session s
	JOIN admin a ON a.id = s.admin_id AND NOT a.disabled
	JOIN job j ON j.id = wanted AND j.admin_id = a.id AND (a.root OR j.tenant_id = a.tenant_id)
		AND j.ended_at IS NOT NULL
	JOIN job_chunk c ON c.job_id = j.id AND c.kind = 'upload' AND c.seq = n
	WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now();
END
$$;

DO $$ BEGIN EXECUTE format('REVOKE rollcall_signin FROM %I', current_user); END $$;

CREATE OR REPLACE FUNCTION sheet_row(job int, of_row bigint) RETURNS bigint
STABLE LANGUAGE plpgsql
AS $$
BEGIN
	IF of_row > 0 THEN
		RETURN of_row + coalesce((
			SELECT mark.sheet_row - mark.row_number
			FROM job_sheet_row mark
			WHERE mark.job_id = job AND mark.row_number <= of_row
			ORDER BY mark.row_number DESC
			LIMIT 1), 1);
	END IF;
	RETURN NULL;
END
$$;
