-- The schema "sip" for a site's own Asterisk: views with the names and columns of its
-- realtime tables (docs/asterisk.md), for the login rollcall_pbx.
--
-- A context's name is unique in its tenant only, so "t<tenant>c<context>" names it there:
-- no two tenants share one, and no sign gets in that means something to Asterisk.

SET LOCAL ROLE rollcall_phones;

-- Asterisk's drivers split every value at ; and undo ^XX in the pieces.
CREATE FUNCTION sip.chunk(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN replace(replace(value, '^', '^5E'), ';', '^3B');

-- A "sip" line is one endpoint, "webrtc" one for browsers; "ua" is both, NAME and NAME+web
-- with one secret: no file can name a line so.  Each half of a union finds an id by an
-- index of its own.  No mailboxes here: each would be a subscription at start.
CREATE VIEW sip.ps_endpoints AS
	SELECT l.name AS id, l.name AS aors, l.name AS auth, 'rollcall-phones'::text AS context,
		't' || l.tenant_id || 'c' || l.context_id AS subscribe_context,
		'all'::text AS disallow,
		CASE WHEN l.web THEN 'opus,g722,alaw,ulaw' ELSE 'g722,alaw,ulaw' END AS allow,
		CASE WHEN l.web THEN 'transport-ws' ELSE 'transport-udp' END AS transport,
		CASE WHEN l.web THEN 'yes' ELSE 'no' END AS webrtc,
		CASE WHEN l.web THEN 'yes' ELSE 'no' END AS dtls_auto_generate_cert,
		'no'::text AS direct_media, 'rfc4733'::text AS dtmf_mode, 'yes'::text AS rtp_symmetric,
		'yes'::text AS force_rport, 'yes'::text AS rewrite_contact,
		sip.chunk(sip.quoted(concat_ws(' ', u.firstname, u.lastname))) || coalesce(' <' || e.exten || '>', '') AS callerid,
		'no'::text AS trust_id_inbound, 'yes'::text AS send_pai, u.language, NULL::text AS mailboxes,
		'tenant' || l.tenant_id AS named_call_group, 'tenant' || l.tenant_id AS named_pickup_group,
		u.simultaneous_calls AS device_state_busy_at,
		'__ROLLCALL_TENANT=' || l.tenant_id || ';ROLLCALL_CALLER=' || l.sip_username || ';ROLLCALL_PLACE=' || l.context_id
			|| ';ROLLCALL_CALLS=' || u.simultaneous_calls AS set_var
	FROM (SELECT sip_username AS name, protocol = 'webrtc' AS web, * FROM public.line WHERE sip_username IS NOT NULL
		UNION ALL
		SELECT sip_username || '+web', true, * FROM public.line WHERE protocol = 'ua') l
	JOIN public.users u ON (u.tenant_id, u.id) = (l.tenant_id, l.user_id) AND u.enabled
	LEFT JOIN public.extension e ON (e.tenant_id, e.line_id) = (l.tenant_id, l.id);

CREATE VIEW sip.ps_auths AS
	SELECT l.name AS id, 'md5'::text AS auth_type, l.name AS username,
		md5(l.name || ':' || t.realm || ':' || l.sip_secret) AS md5_cred, t.realm
	FROM (SELECT sip_username AS name, * FROM public.line WHERE sip_username IS NOT NULL
		UNION ALL
		SELECT sip_username || '+web', * FROM public.line WHERE protocol = 'ua') l
	JOIN public.users u ON (u.tenant_id, u.id) = (l.tenant_id, l.user_id) AND u.enabled
	CROSS JOIN public.telephony t;

-- qualify_frequency 0: phones that ignore OPTIONS are not lost.
CREATE VIEW sip.ps_aors AS
	SELECT l.name AS id, NULL::text AS contact, CASE WHEN l.web THEN 10 ELSE 1 END AS max_contacts,
		CASE WHEN l.web THEN 'no' ELSE 'yes' END AS remove_existing,
		3600 AS maximum_expiration, 600 AS default_expiration, 60 AS minimum_expiration, 0 AS qualify_frequency,
		v.number || '@t' || v.tenant_id || 'c' || v.context_id AS mailboxes
	FROM (SELECT sip_username AS name, protocol = 'webrtc' AS web, * FROM public.line WHERE sip_username IS NOT NULL
		UNION ALL
		SELECT sip_username || '+web', true, * FROM public.line WHERE protocol = 'ua') l
	JOIN public.users u ON (u.tenant_id, u.id) = (l.tenant_id, l.user_id) AND u.enabled
	LEFT JOIN public.voicemail v ON (v.tenant_id, v.id) = (u.tenant_id, u.voicemail_id);

-- app_voicemail's realtime family.
CREATE VIEW sip.voicemail AS
	SELECT v.id AS uniqueid, 't' || v.tenant_id::text || 'c' || v.context_id::text AS context, v.number AS mailbox,
		v.password, sip.chunk(v.name) AS fullname, sip.chunk(v.email) AS email,
		CASE v.attach_audio WHEN true THEN 'yes' WHEN false THEN 'no' END AS attach,
		CASE WHEN v.delete_messages THEN 'yes' ELSE 'no' END AS "delete"
	FROM public.voicemail v;

-- A PIN that its user changes by phone goes into the imported row, and so into exports.
CREATE FUNCTION sip.voicemail_pin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_temp
AS $$
BEGIN
	IF NEW.password IS NULL OR NEW.password !~ '^[0-9#]{1,80}$' THEN
		RAISE EXCEPTION 'a PIN is 1 to 80 digits or #';
	END IF;
	UPDATE public.voicemail SET password = NEW.password WHERE id = OLD.uniqueid;
	RETURN NEW;
END
$$;
CREATE TRIGGER pin INSTEAD OF UPDATE ON sip.voicemail FOR EACH ROW EXECUTE FUNCTION sip.voicemail_pin();

-- What a dialplan asks of a number.  t and h act for the called side.
CREATE FUNCTION sip.dial(tenant int, context bigint, dialled text,
	OUT endpoints text, OUT seconds int, OUT calls int, OUT mailbox text, OUT options text, OUT callee text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_temp
AS $$
DECLARE
	a sip.answer := sip.called(tenant, context, dialled);
BEGIN
	IF a.verdict IS DISTINCT FROM 'user' THEN
		RETURN;
	END IF;
	SELECT coalesce(CASE l.protocol WHEN 'sccp' THEN NULL
			WHEN 'ua' THEN 'PJSIP/' || l.sip_username || '&PJSIP/' || l.sip_username || '+web'
			ELSE 'PJSIP/' || l.sip_username END, ''),
		a.ring_seconds, u.simultaneous_calls,
		coalesce(v.number || '@t' || v.tenant_id || 'c' || v.context_id, ''),
		concat(CASE WHEN u.dtmf_hangup_enabled THEN 'h' END, CASE WHEN u.call_transfer_enabled THEN 't' END), a.callee
	INTO endpoints, seconds, calls, mailbox, options, callee
	FROM public.users u
	LEFT JOIN public.line l ON (l.tenant_id, l.user_id) = (u.tenant_id, u.id)
	LEFT JOIN public.voicemail v ON (v.tenant_id, v.id) = (u.tenant_id, u.voicemail_id)
	WHERE u.tenant_id = tenant AND u.id = substr(a.callee, 2)::bigint;
END
$$;

-- The mailbox of a phone's own user, and s where it is open without its PIN.
CREATE VIEW sip.own_mailbox AS
	SELECT l.sip_username, v.number || '@t' || v.tenant_id || 'c' || v.context_id AS mailbox,
		CASE WHEN v.ask_password THEN '' ELSE 's' END AS skip
	FROM public.line l
	JOIN public.users u ON (u.tenant_id, u.id) = (l.tenant_id, l.user_id) AND u.enabled
	JOIN public.voicemail v ON (v.tenant_id, v.id) = (u.tenant_id, u.voicemail_id)
	WHERE l.sip_username IS NOT NULL;

REVOKE ALL ON FUNCTION sip.chunk(text), sip.quoted(text), sip.voicemail_pin(), sip.dial(int, bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sip.chunk(text), sip.quoted(text), sip.dial(int, bigint, text) TO rollcall_pbx;
GRANT SELECT ON sip.ps_endpoints, sip.ps_auths, sip.ps_aors, sip.voicemail, sip.own_mailbox TO rollcall_pbx;
GRANT UPDATE (password) ON sip.voicemail TO rollcall_pbx;
RESET ROLE;
