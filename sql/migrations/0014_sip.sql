-- The schema "sip" for Kamailio: who may register, where a call goes, where phones are.
--
-- Kamailio prepares nothing, so each of its statements is planned anew, and planning is
-- what costs: its views have four relations at most, and where more is asked a function
-- answers, whose plans are kept.  Every column is varchar or a number: Kamailio takes
-- text for bytes and loses backslashes.  A number reaches a statement only where it is
-- made of 0-9 * # + (kamailio.cfg), a name only after its digest was right.

SET LOCAL ROLE rollcall_phones;

-- A name as SIP wants it, in quotes: commas and accents are no token.
CREATE FUNCTION sip.quoted(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '"' || regexp_replace(regexp_replace(name, '[\x01-\x1f\x7f]', ' ', 'g'), '(["\\])', '\\\1', 'g') || '"';

-- The tables that Kamailio finds by name, and their releases.
CREATE VIEW sip.version AS
	SELECT t.name::varchar AS table_name, t.version AS table_version
	FROM (VALUES ('subscriber', 7), ('trunk_subscriber', 7), ('location', 9)) AS t (name, version);

-- The phones of enabled users, as Kamailio's auth_db reads them.  "aor" is what a phone
-- registers as: tenant, line, account.
CREATE VIEW sip.subscriber AS
	SELECT l.sip_username::varchar AS username, t.realm::varchar AS domain, ''::varchar AS password,
		md5(l.sip_username || ':' || t.realm || ':' || l.sip_secret)::varchar AS ha1,
		concat(l.tenant_id, '-', l.id, '-', l.account)::varchar AS aor, l.protocol::varchar
	FROM public.line l
	JOIN public.users u ON (u.tenant_id, u.id) = (l.tenant_id, l.user_id) AND u.enabled
	CROSS JOIN public.telephony t
	WHERE l.sip_username IS NOT NULL AND l.sip_username NOT ILIKE 'trunk-%';

-- The trunks that are known by a digest, in the same columns; "aor" is the trunk's
-- number.  No phone has such a name.
CREATE VIEW sip.trunk_subscriber AS
	SELECT r.username::varchar, t.realm::varchar AS domain, ''::varchar AS password,
		md5(r.username || ':' || t.realm || ':' || r.secret)::varchar AS ha1,
		r.id::varchar AS aor, 'trunk'::varchar AS protocol
	FROM public.trunk r
	CROSS JOIN public.telephony t
	WHERE r.identify = 'digest';

-- Who sends from this address without a digest: a trunk, the media server, or nobody.
-- `certificate` is the name in the sender's verified TLS certificate, '' without one.
CREATE FUNCTION sip.source(address text, port int, certificate text, OUT kind varchar, OUT trunk varchar)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_temp
AS $$
BEGIN
	SELECT 'trunk', r.id INTO kind, trunk
	FROM public.trunk r
	WHERE r.identify = 'address' AND r.address = source.address::inet AND (r.port IS NULL OR r.port = source.port)
		OR r.identify = 'tls' AND lower(r.tls_name) = lower(nullif(certificate, ''))
	ORDER BY r.port NULLS LAST LIMIT 1;
	IF kind IS NULL AND EXISTS (SELECT FROM public.telephony t WHERE t.media_address = source.address::inet) THEN
		kind := 'media';
	END IF;
END
$$;

-- What becomes of a call.
--   verdict       user: rings a user; trunk: goes out; mailbox: the caller's own;
--                 password: the media server asks for one; refused; unknown
--   aor           where the called user's phones are; null: no phone rings
--   ring_seconds  0: until somebody gives up
--   callee, callee_calls, caller, caller_calls
--                 whose calls are counted, and how many each may have; null: no limit
--   mailbox       who answers for the user: t<tenant>c<context>_<number>@<server>
--   show          the caller's name and number, or none to leave what there is; anonymous
--   destination   of a call that goes out or to the media server: what follows the number
--   watch         whom supervision sees ringing; null: nobody
CREATE TYPE sip.answer AS (
	verdict varchar, aor varchar, protocol varchar, ring_seconds int,
	callee varchar, callee_calls int, caller varchar, caller_calls int,
	mailbox varchar, show_name varchar, show_number varchar, anonymous int,
	number varchar, destination varchar, trunk varchar, watch varchar, caller_watch varchar
);

-- The user that a number of a context reaches.  A number that is there but reaches nobody
-- (a free one, a disabled user) is "unknown" and goes nowhere else; null: no such number.
CREATE FUNCTION sip.called(tenant int, context bigint, dialled text) RETURNS sip.answer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_temp
AS $$
DECLARE
	a sip.answer;
	held record;
BEGIN
	SELECT e.line_id, NULL::bigint AS user_id, NULL::int AS ring_seconds INTO held
	FROM public.extension e
	WHERE e.tenant_id = tenant AND e.context_id = context AND e.exten = dialled;
	IF NOT FOUND THEN
		SELECT NULL::bigint AS line_id, i.user_id, i.ring_seconds INTO held
		FROM public.incall i
		WHERE i.tenant_id = tenant AND i.context_id = context AND i.exten = dialled;
	END IF;
	IF NOT FOUND THEN
		-- Patterns begin with _, and stand together in the index.
		SELECT p.line_id, p.user_id, p.ring_seconds INTO held
		FROM (
			SELECT e.exten, e.line_id, NULL::bigint AS user_id, NULL::int AS ring_seconds
			FROM public.extension e
			WHERE e.tenant_id = tenant AND e.context_id = context AND e.exten >= '_' AND e.exten < '`'
			UNION ALL
			SELECT i.exten, NULL, i.user_id, i.ring_seconds
			FROM public.incall i
			WHERE i.tenant_id = tenant AND i.context_id = context AND i.exten >= '_' AND i.exten < '`'
		) p
		WHERE dialled ~ public.dial_regex(p.exten)
		ORDER BY length(p.exten) DESC, p.exten LIMIT 1;
	END IF;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;

	SELECT 'user', CASE WHEN l.sip_username IS NOT NULL THEN concat(l.tenant_id, '-', l.id, '-', l.account) END,
		l.protocol, coalesce(held.ring_seconds, u.ring_seconds), 'u' || u.id, u.simultaneous_calls,
		't' || v.tenant_id || 'c' || v.context_id || '_' || replace(v.number, '#', '%23') || '@' || t.voicemail_server,
		CASE WHEN u.supervision_enabled AND l.id IS NOT NULL THEN l.tenant_id || '-' || l.id END
	INTO a.verdict, a.aor, a.protocol, a.ring_seconds, a.callee, a.callee_calls, a.mailbox, a.watch
	FROM public.users u
	LEFT JOIN public.line l ON (l.tenant_id, l.user_id) = (u.tenant_id, u.id)
	LEFT JOIN public.voicemail v ON (v.tenant_id, v.id) = (u.tenant_id, u.voicemail_id)
	CROSS JOIN public.telephony t
	WHERE u.tenant_id = tenant AND u.enabled AND u.id = coalesce(held.user_id,
		(SELECT o.user_id FROM public.line o WHERE o.tenant_id = tenant AND o.id = held.line_id));
	a.verdict := coalesce(a.verdict, 'unknown');
	RETURN a;
END
$$;

-- What a user's call permissions say of a number.  No rule fits: allow; one that allows:
-- allow; else deny, or password where a rule has one, in whose place the user's own stands.
CREATE FUNCTION sip.may_call(caller text, dialled text, OUT verdict varchar, OUT password varchar)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_temp
AS $$
BEGIN
	SELECT CASE WHEN count(*) = 0 OR bool_or(r.allow) THEN 'allow' WHEN max(r.password) IS NULL THEN 'deny'
			ELSE 'password' END,
		CASE WHEN NOT bool_or(r.allow) AND max(r.password) IS NOT NULL
			THEN coalesce(max(u.call_permission_password), max(r.password)) END
	INTO verdict, password
	FROM public.line l
	JOIN public.users u ON (u.tenant_id, u.id) = (l.tenant_id, l.user_id)
	JOIN public.user_call_permission p ON (p.tenant_id, p.user_id) = (u.tenant_id, u.id)
	JOIN public.call_permission_rule r
		ON (r.tenant_id, r.call_permission_id) = (p.tenant_id, p.call_permission_id)
	WHERE l.sip_username = caller AND dialled ~ r.regex;
END
$$;

-- Where a call of a phone goes.  `permitted`: the media server has heard the password.
CREATE FUNCTION sip.route(caller text, dialled text, permitted boolean DEFAULT false) RETURNS sip.answer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_temp
AS $$
DECLARE
	a sip.answer;
	me record;
	way record;
	verdict text := 'allow';
	emergency boolean;
BEGIN
	SELECT l.tenant_id, l.context_id, l.id AS line_id, u.id AS user_id, e.exten, u.simultaneous_calls,
		u.supervision_enabled, concat_ws(' ', u.firstname, u.lastname) AS name,
		coalesce(u.outgoing_caller_id, 'default') AS shown, v.ask_password,
		't' || v.tenant_id || 'c' || v.context_id || '_' || replace(v.number, '#', '%23') || '@' || t.voicemail_server AS mailbox,
		t.media_server, EXISTS (SELECT FROM public.emergency_number n
			WHERE n.tenant_id = l.tenant_id AND n.number = dialled) AS emergency
	INTO me
	FROM public.line l
	JOIN public.users u ON (u.tenant_id, u.id) = (l.tenant_id, l.user_id) AND u.enabled
	LEFT JOIN public.extension e ON (e.tenant_id, e.line_id) = (l.tenant_id, l.id)
	LEFT JOIN public.voicemail v ON (v.tenant_id, v.id) = (u.tenant_id, u.voicemail_id)
	CROSS JOIN public.telephony t
	WHERE l.sip_username = caller;
	IF NOT FOUND THEN
		a.verdict := 'refused';
		RETURN a;
	END IF;

	-- Emergency numbers go out first of all; without a trunk whoever has the number inside.
	emergency := me.emergency;
	IF emergency THEN
		SELECT r.*, 0 AS kept INTO way FROM public.trunk r
		WHERE r.tenant_id = me.tenant_id AND r.prefix IS NOT NULL ORDER BY r.id LIMIT 1;
		emergency := FOUND;
	END IF;
	IF NOT emergency THEN
		a := sip.called(me.tenant_id, me.context_id, dialled);
		IF a.verdict IS NULL AND dialled = '*98' AND me.mailbox IS NOT NULL THEN
			a.verdict := 'mailbox';
			a.mailbox := CASE WHEN me.ask_password THEN 'vmm_' ELSE 'vms_' END || me.mailbox;
		ELSIF a.verdict IS NULL THEN
			SELECT r.*, r.strip AS kept INTO way FROM public.trunk r
			WHERE r.tenant_id = me.tenant_id AND starts_with(dialled, r.prefix) AND length(dialled) > length(r.prefix)
			ORDER BY length(r.prefix) DESC, r.id LIMIT 1;
			IF NOT FOUND THEN
				a.verdict := 'unknown';
			END IF;
		END IF;
		IF a.verdict = 'unknown' THEN
			RETURN a;
		END IF;
	END IF;
	a.verdict := coalesce(a.verdict, 'trunk');

	IF NOT me.emergency AND NOT permitted AND a.verdict <> 'mailbox' THEN
		verdict := (SELECT m.verdict FROM sip.may_call(caller, dialled) m);
	END IF;
	IF verdict = 'password' AND me.media_server IS NOT NULL THEN
		a := NULL;
		a.verdict := 'password';
		a.destination := me.media_server;
	ELSIF verdict <> 'allow' THEN
		a := NULL;
		a.verdict := 'refused';
		RETURN a;
	END IF;

	a.caller := 'u' || me.user_id;
	a.caller_calls := CASE WHEN NOT me.emergency THEN me.simultaneous_calls END;
	a.caller_watch := CASE WHEN me.supervision_enabled THEN me.tenant_id || '-' || me.line_id END;
	a.anonymous := 0;
	IF a.verdict = 'trunk' THEN
		a.number := substr(dialled, way.kept + 1);
		a.destination := CASE WHEN way.host LIKE '%:%' THEN '[' || way.host || ']' ELSE way.host END
			|| coalesce(':' || way.port, '') || CASE WHEN way.transport <> 'udp' THEN ';transport=' || way.transport ELSE '' END;
		a.trunk := way.id;
		-- Anonymous, "name" <number>, number, name; else the trunk's number or one's own.
		a.anonymous := (me.shown = 'anonymous')::int;
		a.show_number := coalesce(substring(me.shown FROM '<([0-9+*]+)>\s*$'), substring(me.shown FROM '^[0-9+*]+$'),
			way.number, me.exten);
		a.show_name := CASE WHEN me.shown NOT IN ('default', 'anonymous') AND me.shown !~ '^[0-9+*#]+$'
			THEN sip.quoted(btrim(regexp_replace(me.shown, '\s*<[^<>]*>\s*$', ''), '" ')) END;
	ELSE
		a.show_name := sip.quoted(me.name);
		a.show_number := coalesce(me.exten, caller);
	END IF;
	RETURN a;
END
$$;

-- Where a call from a trunk goes: to a user of the trunk's tenant and of its context.  A
-- carrier may send a + or more digits than setup keeps (did_length).
CREATE FUNCTION sip.route_in(trunk bigint, dialled text) RETURNS sip.answer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_temp
AS $$
DECLARE
	a sip.answer;
	way record;
	form text;
BEGIN
	SELECT r.tenant_id, r.context_id INTO way FROM public.trunk r WHERE r.id = trunk AND r.context_id IS NOT NULL;
	IF FOUND THEN
		FOR form IN
			SELECT f.number FROM (
				SELECT dialled AS number, 1 AS turn
				UNION SELECT CASE WHEN dialled LIKE '+%' THEN substr(dialled, 2) ELSE '+' || dialled END, 2
				UNION SELECT right(ltrim(dialled, '+'), g.did_length), 3 FROM public.context_range g
				WHERE g.tenant_id = way.tenant_id AND g.context_id = way.context_id AND g.did_length > 0
			) f ORDER BY f.turn, length(f.number) DESC
		LOOP
			a := sip.called(way.tenant_id, way.context_id, form);
			EXIT WHEN a.verdict IS NOT NULL;
		END LOOP;
	END IF;
	a.verdict := coalesce(a.verdict, 'unknown');
	RETURN a;
END
$$;

-- Whom a phone may watch: users of its own context who allow it; null: nobody.
CREATE FUNCTION sip.watch(caller text, dialled text) RETURNS varchar
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_temp
AS $$
BEGIN
	RETURN (SELECT (sip.called(l.tenant_id, l.context_id, dialled)).watch
		FROM public.line l
		JOIN public.users u ON (u.tenant_id, u.id) = (l.tenant_id, l.user_id) AND u.enabled
		WHERE l.sip_username = caller);
END
$$;

-- What answers a carrier that asks for a digest: of its realm alone.
CREATE FUNCTION sip.trunk_digest(trunk bigint, OUT username varchar, OUT realm varchar, OUT ha1 varchar)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_temp
AS $$
BEGIN
	SELECT r.username, coalesce(r.realm, t.realm), md5(r.username || ':' || coalesce(r.realm, t.realm) || ':' || r.secret)
	INTO username, realm, ha1
	FROM public.trunk r CROSS JOIN public.telephony t
	WHERE r.id = trunk_digest.trunk AND r.secret IS NOT NULL;
END
$$;

-- Where phones are, written by Kamailio's login and nobody else.  What follows
-- "partition" is ours: whose phone it is comes from the name that it registers as.
CREATE TABLE sip.location (
	id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	ruid varchar(64) NOT NULL UNIQUE,
	username varchar(64) NOT NULL CHECK (username ~ '^[0-9]{1,9}-[0-9]{1,18}-[0-9]{1,9}$'),
	domain varchar(64),
	contact varchar(512) NOT NULL DEFAULT '',
	received varchar(128),
	path varchar(512),
	expires timestamp NOT NULL DEFAULT '2030-05-28 21:32:15',
	q real NOT NULL DEFAULT 1.0,
	callid varchar(255) NOT NULL DEFAULT 'Default-Call-ID',
	cseq int NOT NULL DEFAULT 1,
	last_modified timestamp NOT NULL DEFAULT '2000-01-01 00:00:01',
	flags int NOT NULL DEFAULT 0,
	cflags int NOT NULL DEFAULT 0,
	user_agent varchar(255) NOT NULL DEFAULT '',
	socket varchar(64),
	methods int,
	instance varchar(255),
	reg_id int NOT NULL DEFAULT 0,
	server_id int NOT NULL DEFAULT 0,
	connection_id int NOT NULL DEFAULT 0,
	keepalive int NOT NULL DEFAULT 0,
	partition int NOT NULL DEFAULT 0,
	registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	tenant_id int NOT NULL GENERATED ALWAYS AS (split_part(username::text, '-', 1)::int) STORED,
	line_id bigint NOT NULL GENERATED ALWAYS AS (split_part(username::text, '-', 2)::bigint) STORED,
	account int NOT NULL GENERATED ALWAYS AS (split_part(username::text, '-', 3)::int) STORED
);
COMMENT ON COLUMN sip.location.expires IS 'UTC, as Kamailio runs in it';
CREATE INDEX location_line ON sip.location (tenant_id, line_id, account);
CREATE INDEX location_expires ON sip.location (expires);
ALTER TABLE sip.location ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY kamailio ON sip.location TO rollcall_sip USING (true);
CREATE POLICY scope ON sip.location FOR SELECT TO rollcall_web, rollcall_worker
	USING (tenant_id = ANY ((SELECT public.scope())::int[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON sip.location TO rollcall_sip;
GRANT SELECT ON sip.location TO rollcall_web, rollcall_worker;
GRANT SELECT ON sip.version, sip.subscriber, sip.trunk_subscriber TO rollcall_sip;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sip FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sip.source(text, int, text), sip.route(text, text, boolean), sip.route_in(bigint, text),
	sip.watch(text, text), sip.trunk_digest(bigint) TO rollcall_sip;
GRANT EXECUTE ON FUNCTION sip.may_call(text, text) TO rollcall_pbx;
RESET ROLE;

-- The phones of users that are there now, for pages and the API.
CREATE VIEW registration WITH (security_invoker = true) AS
	SELECT l.tenant_id, l.user_id, r.registered_at, r.user_agent,
		-- The address in a contact; behind NAT the one that it came from.
		substring(coalesce(r.received, r.contact) FROM 'sips?:(?:[^@]*@)?(\[[^\]]*\](?::\d+)?|[^;>?]+)') AS address,
		coalesce(substring(coalesce(r.received, r.contact) FROM '[;]transport=([a-zA-Z]+)'), 'udp') AS transport,
		r.expires AT TIME ZONE 'UTC' AS expires_at
	FROM public.line l
	JOIN sip.location r ON (r.tenant_id, r.line_id, r.account) = (l.tenant_id, l.id, l.account)
	WHERE r.expires > now() AT TIME ZONE 'UTC';
GRANT SELECT ON registration TO rollcall_web, rollcall_worker;
