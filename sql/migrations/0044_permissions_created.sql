-- Call permissions that a file names may be created with its users
-- (sql/shared/apply/06_call_permission.sql).
GRANT INSERT ON call_permission TO rollcall_worker;
GRANT USAGE ON SEQUENCE call_permission_id_seq TO rollcall_worker;
