-- A session draws 50 ids of these tables at a time: 0.1 s less of an import of 100,000 users.
-- Their ids say no order to anybody, and so gaps between them mean nothing.  Those of users are drawn one by one:
-- lists by id show who was made when.
ALTER SEQUENCE line_id_seq CACHE 50;
ALTER SEQUENCE extension_id_seq CACHE 50;
ALTER SEQUENCE voicemail_id_seq CACHE 50;
ALTER SEQUENCE incall_id_seq CACHE 50;
