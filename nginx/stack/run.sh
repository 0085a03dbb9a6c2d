#!/bin/sh
# `make run`: the whole of Rollcall on this machine, for a look or for work.
#
# Reads RUN_DIR, PORT, TLS_PORT, BUILD, SITE (a file for `rollcall setup` in
# place of the demo), FRESH=1 (forget the data) and DETACH=1 (return when ready).
. "$(dirname "$0")/lib.sh"

ROLLCALL=$top/${BUILD:-build}/rollcall
PORT=${PORT:-8080} TLS_PORT=${TLS_PORT:-9486}
demo=$top/nginx/stack/demo-site.json
sample=$top/nginx/stack/demo-users.csv

case ${RUN_DIR:=.run} in
/*) dir=$RUN_DIR ;;
*) dir=$top/$RUN_DIR ;;
esac
case $dir in
*[!A-Za-z0-9/._+@,-]*) die "RUN_DIR and the path of this checkout must be letters, digits and /._+@,- only: $dir" ;;
esac
[ -z "${SITE:-}" ] || [ -r "$SITE" ] || die "SITE=$SITE cannot be read"

stop_all() {
	site_stop "$dir"
	cluster_stop "$dir"
}

# demo_accounts <SITE.json: login, password, and what each of them may do.
demo_accounts() {
	awk -F'"' '
		function what(line, rights) {
			if (tenant == "")
				return "root administrator: every entity, every right"
			sub(/.*"rights": \[/, "", line); sub(/\].*/, "", line)
			rights = gsub(/,/, ", ", line) + 1; gsub(/"/, "", line); gsub(/  +/, " ", line)
			return "administrator of the entity " tenant ": " (rights == 7 ? "every right" : "only " line)
		}
		/^      "name":/ { tenant = $4 }
		/"username":/ { printf "    %-8s  %-15s  %s\n", $4, $8, what($0) }
	'
}

trap 'trap - INT TERM HUP; echo; say "stopping"; stop_all; exit 0' INT TERM HUP

mkdir -p "$dir" && chmod 0711 "$dir" || die "cannot make $dir"
site_stop "$dir"
if [ -n "${FRESH:-}" ]; then
	cluster_remove "$dir" || die "cannot remove the old data of $dir"
	rm -rf "$dir/log" "$dir/tmp"
fi

cluster_start "$dir" || die "the database does not start"
cluster_database "$dir" rollcall || die "the database cannot be made"
site_conf "$dir" "$dir" rollcall </dev/null || die "cannot write into $dir"
"$ROLLCALL" --config "$dir/rollcall.conf" migrate >>"$dir/log/setup.log" || die "the database cannot be migrated"
"$ROLLCALL" --config "$dir/rollcall.conf" setup "${SITE:-$demo}" >>"$dir/log/setup.log" ||
	die "the site cannot be set up"
program_user "$dir"
site_start "$dir" "$PORT" "$TLS_PORT" || { stop_all; die "it does not start; its logs are in $dir/log"; }

if [ -z "${SITE:-}" ] && [ "$(cluster_sql "$dir" rollcall -At -c 'SELECT count(*) FROM users')" = 0 ]; then
	printf '\nImporting the sample file %s through the web server:\n\n' "${sample#"$top/"}"
	"$top/nginx/stack/import.sh" "http://127.0.0.1:$PORT" camille camille-demo-1 "$sample" |
		sed 's/^/    /' || { stop_all; die "the sample was not imported"; }
fi

cat <<END

Rollcall is running:

    http://127.0.0.1:$PORT/services/ipbx/users
    https://127.0.0.1:$TLS_PORT  (the certificate is self-signed)

END
if [ -n "${SITE:-}" ]; then
	say "Sign in with an administrator of $SITE."
else
	printf 'Sign in with one of these accounts:\n\n'
	demo_accounts <"$demo"
	cat <<-END

	The passwords are part of the published program: everybody knows them.
	Use this site to try things out, and keep it on this machine.
	END
fi
cat <<END

The log of imports is $dir/log/import.log;
the command line is  ${BUILD:-build}/rollcall --config $RUN_DIR/rollcall.conf;
\`make phones\` lets telephones register as the imported users.
END
if [ -n "${DETACH:-}" ]; then
	say "It runs in the background; \`make stop\` ends it."
	exit 0
fi
say "Ctrl-C ends it."
while sleep 1; do
	for name in nginx pages uploads worker; do
		proc_pid "$dir" $name >/dev/null || {
			[ -e "$dir/pid/$name.pid" ] || { say "stopped"; exit 0; }
			tail -n 5 "$dir/log/$name.log" >&2
			stop_all
			die "$name ended by itself; its log is $dir/log/$name.log"
		}
	done
done
