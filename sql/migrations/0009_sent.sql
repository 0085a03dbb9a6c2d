-- The upload of a job that was not applied, for the very administrator who sent
-- it and while it is kept as it was sent.  Whoever asks shows a session: a fault
-- in the web processes gives nobody the files of others.

GRANT CREATE ON SCHEMA public TO rollcall_signin;

CREATE POLICY signin ON job FOR SELECT TO rollcall_signin USING (true);
CREATE POLICY signin ON job_chunk FOR SELECT TO rollcall_signin USING (true);
GRANT SELECT (id, tenant_id, admin_id, ended_at) ON job TO rollcall_signin;
GRANT SELECT ON job_chunk TO rollcall_signin;

-- One chunk (from 0); no row past the last one, and none where there is nothing
-- that this session may have.
CREATE FUNCTION sent_chunk(hash bytea, idle int, lifetime int, wanted int, n int) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
	SELECT c.data
	FROM session s
	JOIN admin a ON a.id = s.admin_id AND NOT a.disabled
	JOIN job j ON j.id = wanted AND j.admin_id = a.id AND (a.root OR j.tenant_id = a.tenant_id)
		AND j.ended_at IS NOT NULL
	JOIN job_chunk c ON c.job_id = j.id AND c.kind = 'upload' AND c.seq = n
	WHERE s.token_hash = hash AND session_end(s, idle, lifetime) > now()
$$;

ALTER FUNCTION sent_chunk(bytea, int, int, int, int) OWNER TO rollcall_signin;
REVOKE ALL ON FUNCTION sent_chunk(bytea, int, int, int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sent_chunk(bytea, int, int, int, int) TO rollcall_web;

REVOKE CREATE ON SCHEMA public FROM rollcall_signin;
