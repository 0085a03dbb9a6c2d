# The development stack: a private PostgreSQL, nginx and Rollcall's processes.
#
# `make run`, the tests and the benchmark all start it with these functions, so
# what is tested is what runs.  Sourced by sh.  Everything of one stack lives in
# one directory:
#
#   DIR/rollcall.conf  settings                DIR/sock/   FastCGI sockets
#   DIR/nginx.conf     made from nginx/        DIR/pid/    process ids
#   DIR/log/           all logs                DIR/tls/    certificate and key
#   DIR/pg/            the database cluster, or DIR/pg.place names where it is
#
# A process is ended by its recorded id alone, and only while that id still
# belongs to a process that was started for DIR.

case $0 in
*/*) top=$(cd "${0%/*}/../.." && pwd) ;;
*) top=$(cd ../.. && pwd) ;;
esac

say() {
	printf '%s\n' "$*"
}

die() {
	printf 'rollcall: %s\n' "$*" >&2
	exit 1
}

# --- processes ------------------------------------------------------------

# proc_pid DIR NAME: prints the id where that process lives, else fails.
proc_pid() {
	read -r _pid 2>/dev/null <"$1/pid/$2.pid" || return 1
	while IFS= read -r _line || [ -n "$_line" ]; do
		case $_line in
		*"$1/"*) echo "$_pid"; return 0 ;;
		esac
	done 2>/dev/null <"/proc/$_pid/cmdline"
	return 1
}

# proc_start DIR NAME COMMAND...: in a session of its own, so that Ctrl-C in the
# terminal reaches this script alone, which then ends things in order.
proc_start() {
	_dir=$1 _name=$2
	shift 2
	setsid "$@" </dev/null >>"$_dir/log/$_name.log" 2>&1 &
	echo $! >"$_dir/pid/$_name.pid"
}

# proc_gone ID: true for a zombie too, whose parent may be slow to collect it.
proc_gone() {
	_value=
	while read -r _key _value _rest; do
		[ "$_key" != State: ] || break
	done 2>/dev/null <"/proc/$1/status" || return 0
	case $_value in [ZX]) ;; *) return 1 ;; esac
}

# proc_stop DIR NAME [SIGNAL]: waits for its end; after 10 seconds it is killed
# with all of its children.
proc_stop() {
	! _pid=$(proc_pid "$1" "$2") || kill -s "${3:-TERM}" "$_pid" 2>/dev/null
	proc_await "$1" "$2"
	[ ! -e "$1/pid/$2.pid" ] || rm -f "$1/pid/$2.pid"
}

# proc_await DIR NAME: the same for one that was told to end; its id stays recorded.
proc_await() {
	! _pid=$(proc_pid "$1" "$2") || wait_for 10 proc_gone "$_pid" || kill -s KILL -- "-$_pid"
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	_n=$(($1 * 20))
	shift
	until "$@"; do
		[ $_n -gt 0 ] || return 1
		_n=$((_n - 1))
		sleep 0.05
	done
}

# program_user DIR: has the program, and nginx's workers, run as the user of the database
# where root starts the stack.  Where that user cannot read this checkout it stays root.
program_user() {
	PROGRAM_AS=
	[ "$(id -u)" -eq 0 ] || return 0
	_as='setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=-all --no-new-privs --'
	if $_as sh -c 'test -x "$0" && test -r "$1" && test -r "$2"' "$ROLLCALL" "$1/rollcall.conf" "$top/sql/queries/db.sql"; then
		PROGRAM_AS=$_as
		chown -R postgres: "$1/log" "$1/sock" "$1/tmp"
	else
		say "The program runs as root: the user postgres cannot read $top or $1." >&2
	fi
}

# --- database cluster -----------------------------------------------------

# The newest that is installed.
PG_BIN=
_newest=0
for _bin in /usr/lib/postgresql/*/bin; do
	_version=${_bin#/usr/lib/postgresql/}
	_version=${_version%%[!0-9]*}
	[ ! -d "$_bin" ] || [ "${_version:-0}" -lt $_newest ] || PG_BIN=$_bin _newest=${_version:-0}
done

# PostgreSQL does not run as root.
as_postgres() {
	if [ "$(id -u)" -eq 0 ]; then
		(cd / && exec runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

# cluster_where DIR: prints where its cluster is; fails where it has none.
cluster_where() {
	if [ -d "$1/pg" ]; then
		echo "$1/pg"
	else
		_where=$(cat "$1/pg.place" 2>/dev/null) && [ -d "$_where" ] && echo "$_where"
	fi
}

# cluster_place DIR: the same, and makes the directory where there is none.  It is
# DIR/pg unless the postgres user cannot get there or the socket's path would be too
# long for the kernel (107 bytes); DIR/pg.place names it then.
cluster_place() {
	if cluster_where "$1"; then
		return 0
	fi
	_place=$1/pg
	_socket=$_place/.s.PGSQL.5432.lock
	mkdir -p "$_place" && cluster_own "$_place" || return 1
	if [ ${#_socket} -gt 107 ] || ! as_postgres test -w "$_place"; then
		rmdir "$_place"
		_place=$(mktemp -d -p /var/tmp 2>/dev/null || mktemp -d -p /tmp) &&
			cluster_own "$_place" && echo "$_place" >"$1/pg.place" || return 1
	fi
	echo "$_place"
}

cluster_own() {
	chmod 0700 "$1" && { [ "$(id -u)" -ne 0 ] || chown postgres: "$1"; }
}

# cluster_start DIR [fast]: makes the cluster where there is none and starts it
# where it does not run.  `fast` is for tests: it does not survive a power cut.
cluster_start() {
	[ -n "$PG_BIN" ] || { say "PostgreSQL is not installed: try make deps" >&2; return 1; }
	mkdir -p "$1" || return 1
	PG_PLACE=$(cluster_place "$1") || return 1
	if [ ! -s "$PG_PLACE/data/PG_VERSION" ]; then
		as_postgres "$PG_BIN/initdb" -D "$PG_PLACE/data" -U postgres -A trust -E UTF8 \
			--locale=C.UTF-8 ${2:+--no-sync} >"$1/initdb.log" 2>&1 ||
			{ cat "$1/initdb.log" >&2; return 1; }
		# client_connection_check_interval: a worker that died is noticed at once.
		# terse: an error in a COPY does not write the row, with its secrets, to the log.
		as_postgres tee -a "$PG_PLACE/data/postgresql.conf" >/dev/null <<-END
			listen_addresses = ''
			unix_socket_permissions = 0700
			client_connection_check_interval = 500ms
			log_error_verbosity = terse
			max_connections = 200
			timezone = 'UTC'
			${2:+fsync = off
			wal_level = minimal
			max_wal_senders = 0
			max_wal_size = 128MB
			synchronous_commit = off
			full_page_writes = off
			autovacuum_naptime = 10min
			jit = off}
		END
	fi
	as_postgres "$PG_BIN/pg_ctl" -D "$PG_PLACE/data" status >/dev/null 2>&1 ||
		as_postgres "$PG_BIN/pg_ctl" -D "$PG_PLACE/data" -l "$PG_PLACE/postgresql.log" \
			-o "-k '$PG_PLACE'" -w -t 60 start >/dev/null ||
		{ as_postgres tail -n 20 "$PG_PLACE/postgresql.log" >&2; return 1; }
}

cluster_stop() {
	_place=$(cluster_where "$1") || return 0
	! as_postgres test -s "$_place/data/postmaster.pid" ||
		as_postgres "$PG_BIN/pg_ctl" -D "$_place/data" -m fast -w -t 60 stop >/dev/null
}

# cluster_remove DIR: data and all.
cluster_remove() {
	cluster_stop "$1" || return 1
	! _place=$(cluster_where "$1") || rm -rf "$_place"
	rm -f "$1/pg.place"
}

# cluster_sql DIR DATABASE [psql arguments]: as the cluster's superuser.
cluster_sql() {
	_place=$(cluster_where "$1") _db=$2
	shift 2
	# Debian's `psql` is a script of Perl that starts this one.
	"${PG_BIN:+$PG_BIN/}psql" -X -q -v ON_ERROR_STOP=1 -h "$_place" -U postgres -d "$_db" "$@"
}

# cluster_database DIR NAME [TEMPLATE]: makes it where it is missing, owned by
# the role that migrates it; that role may make the other roles.
cluster_database() {
	cluster_sql "$1" postgres -v name="$2" -v template="${3:-template0}" <<-'END'
		SELECT 'CREATE ROLE rollcall_owner LOGIN CREATEROLE'
		WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rollcall_owner') \gexec
		SELECT format('CREATE DATABASE %I OWNER rollcall_owner TEMPLATE %I', :'name', :'template')
		WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
	END
}

# --- site: nginx, web pools, workers --------------------------------------

# site_conf DIR CLUSTER DATABASE: writes DIR/rollcall.conf; more settings are
# read from standard input.
site_conf() {
	mkdir -p "$1/log" "$1/pid" "$1/sock" "$1/tmp" "$1/tls" || return 1
	{
		say "# Written by the development stack."
		say "database = host=$(cluster_where "$2") dbname=$3"
		say "share_dir = $top"
		say "log_file = $1/log/import.log"
		say "metrics_file = $1/tmp/metrics"
		cat
	} >"$1/rollcall.conf"
}

# site_setting DIR NAME: the value in force.
site_setting() {
	"$ROLLCALL" --config "$1/rollcall.conf" config | sed -n "s/^$2 *= *\([^ ]*\).*/\1/p"
}

# site_certificate DIR: a self-signed one for this machine.
site_certificate() {
	[ ! -s "$1/tls/key.pem" ] || [ ! -s "$1/tls/cert.pem" ] || return 0
	(umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-days 825 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
		-keyout "$1/tls/key.pem" -out "$1/tls/cert.pem" 2>"$1/log/openssl.log")
}

# site_nginx_conf DIR PORT TLS_PORT BODY_MB: the site of nginx/ with this
# stack's paths, and around it what Debian's nginx.conf has elsewhere.
site_nginx_conf() {
	for _part in rollcall-http rollcall-site rollcall; do
		sed -e "s|@HTTP@|${LISTEN:-127.0.0.1}:$2|; s|@TLS@|${LISTEN:-127.0.0.1}:$3|; s|@TLS_PORT@|$3|" \
		    -e "s|@SOCKETS@|$1/sock|; s|@STATIC@|$top/static|; s|@HELP@|${ROLLCALL%/*}/help|" \
		    -e "s|@TLS_DIR@|$1/tls|; s|@BODY_MB@|$4|; s|@SNIPPET@|$1/rollcall.nginx|" \
		    -e "s|@PHONES@|$1/phones|" \
		    "$top/nginx/$_part.nginx" >"$1/$_part.nginx"
	done
	cat >"$1/nginx.conf" <<-END
		# Workers reach the sockets as the user that the program runs as.
		$([ "$(id -u)" -ne 0 ] || echo "user $([ -n "${PROGRAM_AS:-}" ] && echo postgres || echo root);")
		worker_processes 2;
		daemon off;
		pid $1/pid/nginx-master.pid;
		error_log $1/log/nginx.log warn;
		events { worker_connections 512; }
		http {
			include /etc/nginx/mime.types;
			default_type application/octet-stream;
			access_log $1/log/access.log;
			client_body_temp_path $1/tmp/body;
			proxy_temp_path $1/tmp/proxy;
			fastcgi_temp_path $1/tmp/fastcgi;
			uwsgi_temp_path $1/tmp/uwsgi;
			scgi_temp_path $1/tmp/scgi;
			include $1/rollcall-http.nginx;
			include $1/rollcall-site.nginx;
		}
	END
}

port_taken() {
	curl -s -o /dev/null --max-time 2 "http://${LISTEN:-127.0.0.1}:$1/"
	[ $? -ne 7 ]
}

# pool_start DIR NAME PROCESSES: FastCGI processes on the socket DIR/sock/NAME.sock.
# multiwatch gives up after three quick deaths unless told otherwise.
pool_start() {
	[ ! -e "$1/sock/$2.sock" ] || rm -f "$1/sock/$2.sock"
	proc_start "$1" "$2" ${PROGRAM_AS:-} spawn-fcgi -n -s "$1/sock/$2.sock" -M 0600 -- /usr/bin/multiwatch \
		-s TERM -r 1000000 -t 1 -f "$3" -- "$ROLLCALL" --config "$1/rollcall.conf" web
}

# worker_start DIR PROCESSES
worker_start() {
	proc_start "$1" worker ${PROGRAM_AS:-} multiwatch -s TERM -r 1000000 -t 1 -f "$2" -- \
		"$ROLLCALL" --config "$1/rollcall.conf" worker
}

# site_launch DIR PORT TLS_PORT [PAGES [UPLOADS [WORKERS]]]: starts its processes; the database is
# there.  LISTEN is another address than loopback.  UPLOAD_MB is max_upload_mb, where the caller knows it.
site_launch() {
	_mb=${UPLOAD_MB:-$(site_setting "$1" max_upload_mb)} && [ -n "$_mb" ] || return 1
	site_certificate "$1" || { cat "$1/log/openssl.log" >&2; return 1; }
	site_nginx_conf "$1" "$2" "$3" $((_mb + 1))
	pool_start "$1" pages "${4:-4}"
	pool_start "$1" uploads "${5:-8}"
	worker_start "$1" "${6:-2}"
	proc_start "$1" nginx nginx -p "$1/" -c "$1/nginx.conf" -e "$1/log/nginx.log"
}

# site_start: the same where nothing listens on the ports.  Returns when requests are answered.
site_start() {
	for _port in "$2" "$3"; do
		! port_taken "$_port" || {
			say "port $_port of 127.0.0.1 is in use by another program;" \
				"choose one with PORT= and TLS_PORT=" >&2
			return 1
		}
	done
	site_launch "$@" || return 1
	wait_for 10 site_answers "$1" "$2" || {
		tail -n 5 "$1/log/nginx.log" "$1/log/pages.log" "$1/log/worker.log" >&2
		return 1
	}
}

# A page is asked for, so the program and its database answer too.
site_answers() {
	[ -S "$1/sock/pages.sock" ] && [ -S "$1/sock/uploads.sock" ] &&
		curl -sf -o /dev/null --max-time 5 "http://${LISTEN:-127.0.0.1}:$2/login"
}

site_stop() {
	phones_stop "$1"
	# All are told before the first is waited for.
	for _name in nginx pages uploads worker; do
		! _pid=$(proc_pid "$1" $_name) || kill -s TERM "$_pid" 2>/dev/null
	done
	for _name in nginx pages uploads worker; do
		proc_await "$1" $_name
	done
	rm -f "$1/pid/nginx.pid" "$1/pid/pages.pid" "$1/pid/uploads.pid" "$1/pid/worker.pid"
}

# --- for tests and the benchmark ------------------------------------------

# site_new DIR CLUSTER DATABASE [PORT TLS_PORT [...]]: site_conf, and site_launch where ports are named.
site_new() {
	site_conf "$1" "$2" "$3" || return 1
	[ $# -gt 3 ] || return 0
	_site=$1
	shift 3
	site_launch "$_site" "$@"
}

# cluster_template CLUSTER NAME [SETUP.json [TEMPLATE]]: a database that others are
# copied from, migrated and set up once.  It has its name only when it is whole.
cluster_template() {
	[ "$(cluster_sql "$1" postgres -At -v name="$2" <<-'END'
		SELECT count(*) FROM pg_database WHERE datname = :'name'
	END
	)" = 0 ] || return 0
	cluster_sql "$1" postgres -c "DROP DATABASE IF EXISTS ${2}_new" 2>/dev/null
	cluster_database "$1" "${2}_new" ${4:+"$4"} &&
		site_conf "$1/$2" "$1" "${2}_new" </dev/null &&
		"$ROLLCALL" --config "$1/$2/rollcall.conf" migrate >>"$1/$2/log/setup.log" &&
		{ [ -z "${3:-}" ] || {
			"$ROLLCALL" --config "$1/$2/rollcall.conf" setup "$3" >>"$1/$2/log/setup.log" &&
			cluster_cheap_passwords "$1" "${2}_new" "$3"; }; } &&
		cluster_sql "$1" postgres -c "ALTER DATABASE ${2}_new RENAME TO $2"
}

# cluster_cheap_passwords CLUSTER DATABASE SETUP.json: hashes the administrators'
# passwords anew at a fourteenth of the cost, as each request to the API checks one.
cluster_cheap_passwords() {
	perl -MJSON::PP -0777 -ne '
		my $site = decode_json($_);
		for my $admin (@{$site->{root} || []}, map { @{$_->{admins} || []} } @{$site->{tenants} || []}) {
			utf8::encode(my $password = $admin->{password});
			my $salt = join "", map { (".", "/", 0 .. 9, "a" .. "z")[rand 38] } 1 .. 21;
			printf "UPDATE admin SET password_setting = password_setting(h), password_proof = password_proof(h)"
				. " FROM (SELECT \$h\$%s\$h\$ AS h) AS new WHERE username = \$u\$%s\$u\$;\n",
				crypt($password, "\$y\$j75\$$salt."), $admin->{username};
		}' "$3" | cluster_sql "$1" "$2"
}

. "$top/nginx/telephone/stack.sh"
