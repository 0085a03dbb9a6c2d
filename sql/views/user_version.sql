-- A text that changes with any change of the user or its resources: by it a form finds out whether somebody
-- else has changed the user since it was shown.  It does not reveal secrets: for rows with secrets it uses
-- the transaction that wrote them last.
CREATE OR REPLACE FUNCTION user_version(u users) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
	SELECT md5(concat_ws(' ', user_object(u, false),
		(SELECT w.xmin FROM users w WHERE w.tenant_id = u.tenant_id AND w.id = u.id),
		(SELECT l.xmin FROM line l WHERE l.tenant_id = u.tenant_id AND l.user_id = u.id),
		(SELECT v.xmin FROM voicemail v WHERE v.tenant_id = u.tenant_id AND v.id = u.voicemail_id)))
$$;
