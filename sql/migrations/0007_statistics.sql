-- Statistics after a large job, at once and not when autovacuum comes by: without
-- them whatever is asked next would be planned as if the tables were empty.
-- ANALYZE is the owner's alone, so the worker calls for it.
CREATE FUNCTION analyze_users() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
	ANALYZE users, line, extension, incall, voicemail, user_call_permission, user_label,
		job_row, job_issue, job_issue_row;
END
$$;
REVOKE ALL ON FUNCTION analyze_users() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION analyze_users() TO rollcall_worker;
