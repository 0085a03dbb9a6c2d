# Kamailio beside a stack of nginx/stack/lib.sh, which sources this: `make phones` and
# the tests start it with these functions.  It lives in DIR/phones:
#
#   kamailio.cfg   made from nginx/telephone    presence/   who watches whom
#   kamailio.ctl   what kamcmd talks to         site.nginx  the site's path for browsers

# phones_conf DIR CLUSTER DATABASE PORT [TLS_PORT]: the realm is the database's.
phones_conf() {
	_run=$1/phones
	mkdir -p "$_run/presence" "$1/log" "$1/pid" && chmod 0700 "$_run" || return 1
	for _table in version presentity active_watchers watchers pua; do
		cp "/usr/share/kamailio/dbtext/kamailio/$_table" "$_run/presence/" || return 1
	done
	chmod -R u+w "$_run/presence"
	_realm=$(cluster_sql "$2" "$3" -At -c 'SELECT realm FROM telephony') && [ -n "$_realm" ] || return 1
	sed -e "s|@LISTEN@|127.0.0.1|; s|@PORT@|$4|; s|@REALM@|$_realm|" -e "s|@RUN@|$_run|; s|@TLS_DIR@|$1/tls|" \
		-e "s|@DATABASE@|postgres://rollcall_sip@/$3|" -e "${5:+1a #!define WITH_TLS}" -e "s|@TLS_PORT@|${5:-}|" \
		"$top/nginx/telephone/kamailio.cfg" >"$_run/kamailio.cfg"
	sed "s|@TLS_DIR@|$1/tls|; s|@CARRIERS@|$1/tls/ca.pem|" "$top/nginx/telephone/tls.cfg" >"$1/tls/tls.cfg"
	[ -z "${5:-}" ] || [ -s "$1/tls/ca.pem" ] || cp "$1/tls/cert.pem" "$1/tls/ca.pem"
}

# phones_start DIR CLUSTER DATABASE PORT [TLS_PORT]: returns when it answers.
phones_start() {
	phones_conf "$@" || return 1
	proc_start "$1" kamailio env TZ=UTC "PGHOST=$(cluster_where "$2")" \
		kamailio -f "$1/phones/kamailio.cfg" -DD -E -m 128 -M 16 -w "$1/phones" -Y "$1/phones"
	wait_for 20 phones_answer "$1" || { tail -n 20 "$1/log/kamailio.log" >&2; return 1; }
}

phones_answer() {
	[ -S "$1/phones/kamailio.ctl" ] && kamcmd -s "unix:$1/phones/kamailio.ctl" core.uptime >/dev/null 2>&1
}

# phones_path DIR PORT: the site's path for browser phones leads to Kamailio.
phones_path() {
	sed "s|@PHONES@|127.0.0.1:$2|" "$top/nginx/telephone/wss.nginx" >"$1/phones/site.nginx" &&
		kill -HUP "$(proc_pid "$1" nginx)"
}

phones_stop() {
	proc_stop "$1" kamailio
}
