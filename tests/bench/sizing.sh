#!/bin/sh
# `make sizing`: what tenants and users take of this machine, as the table of docs/operations.md.
#
# For each TENANTS:USERS of SIZES: tenants with an administrator each are set up, one file of
# full rows is imported for each tenant through the API, four at a time, with two workers, one
# column of all users of the first tenant is updated, and lists are read.  fsync is on.
# SIZES="10:100000 100:100000 1000:100000 10:1000000"; WRITE=1 puts the table into the document.
. "$(dirname "$0")/../../nginx/stack/lib.sh"
. "$top/tests/bench/memory.sh"
ROLLCALL=$top/${BUILD:-build}/rollcall
SIZES=${SIZES:-10:100000 100:100000 1000:100000 10:1000000}
document=$top/docs/operations.md

work=$(mktemp -d -p "${TMPDIR:-/tmp}") && chmod 0711 "$work" || exit 1
cluster=$work/cluster site=$work/site
finish() {
	[ ! -d "$site/pid" ] || site_stop "$site"
	cluster_remove "$cluster"
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

sql() { cluster_sql "$cluster" sizing -At "$@"; }
now() { date +%s.%N; }
since() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.1f", to - from }'; }

# setup_file TENANTS: each has the same contexts and numbers.
setup_file() {
	awk -v n="$1" 'BEGIN {
		print "{\"root\": [{\"username\": \"root\", \"password\": \"root-Secret-1\"}], \"tenants\": ["
		for (t = 1; t <= n; t++)
			printf "%s{\"name\": \"tenant%d\", \"contexts\": [" \
				"{\"name\": \"default\", \"type\": \"internal\", \"ranges\": [{\"kind\": \"user\", \"start\": \"1000000\", \"end\": \"2999999\"}]}," \
				"{\"name\": \"from-extern\", \"type\": \"incall\", \"ranges\": [{\"kind\": \"incall\", \"start\": \"1000000\", \"end\": \"2999999\"}]}]," \
				"\"admins\": [{\"username\": \"admin%d\", \"password\": \"admin-Secret-1\", \"rights\":" \
				"[\"users.read\", \"users.import\", \"users.update\", \"users.export\", \"users.secrets\"]}]}\n", (t == 1 ? "" : ","), t, t
		print "]}"
	}'
}

# rows TENANT N: user, SIP line, extension, incoming number and voicemail each.
rows() {
	awk -v t="$1" -v n="$2" 'BEGIN {
		print "firstname,lastname,email,line_protocol,context,exten,incall_exten,incall_context," \
			"voicemail_name,voicemail_number,voicemail_context,voicemail_password"
		for (i = 0; i < n; i++) {
			x = 1000000 + i
			printf "First%d,Last%d,user%d@tenant%d.example,sip,default,%d,%d,from-extern,First%d Last%d,%d,default,4321\n", \
				i, i, i, t, x, x, i, i, x
		}
	}'
}

# watch_backends: notes each half second the KiB of all connections' own memory in the server, and their number.
watch_backends() {
	while sleep 0.5 && [ -d "$work" ]; do
		sql -c "SELECT pid FROM pg_stat_activity WHERE usename LIKE 'rollcall%'" | while read -r _pid; do
			sed -n 's/^RssAnon:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$_pid/status" 2>/dev/null
		done | awk '{ sum += $1 } $1 > most { most = $1 } END { print sum, most, NR }' >>"$work/backends"
	done
}

# size NAME: bytes of the tables of whose names the regular expression is true.
size() {
	sql -v names="$1" <<-'END'
		SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class WHERE relkind = 'r' AND relname ~ :'names'
			AND relnamespace = 'public'::regnamespace
	END
}

# page PATH: milliseconds of the second of two requests.
page() {
	for _i in 1 2; do
		curl -sf -o /dev/null -w '%{time_total}\n' --max-time 120 -u admin1:admin-Secret-1 "http://127.0.0.1:$port$1"
	done | awk 'END { printf "%.0f", $1 * 1000 }'
}

# one TENANTS USERS: prints the table's row.
one() {
	_tenants=$1 _each=$(($2 / $1))
	cluster_sql "$cluster" postgres -c 'SET client_min_messages = error' -c 'DROP DATABASE IF EXISTS sizing' && cluster_database "$cluster" sizing
	rm -rf "$site" && mkdir -p "$site"
	printf 'api_wait = 100\nmax_rows = 1000000\nmax_upload_mb = 500\n' | site_conf "$site" "$cluster" sizing
	"$ROLLCALL" --config "$site/rollcall.conf" migrate >"$work/migrate"
	setup_file "$_tenants" >"$work/setup.json"
	_from=$(now)
	"$ROLLCALL" --config "$site/rollcall.conf" setup "$work/setup.json" >"$work/setup" || return
	_setup=$(since "$_from")
	site_start "$site" "$port" "$tls_port" 4 8 2 || return
	_empty=$(size .)
	: >"$work/backends"
	watch_backends &
	_watch=$!
	_from=$(now)
	for _t in $(seq "$_tenants"); do
		rows "$_t" "$_each" >"$work/$_t.csv"
		echo "$_t"
	done | xargs -P 4 -I {} curl -s -o "$work/{}.answer" -w '%{http_code} %{time_total}\n' -u admin{}:admin-Secret-1 \
		-H 'Content-Type: text/csv; charset=utf-8' --data-binary "@$work/{}.csv" "http://127.0.0.1:$port/1.1/users/import" >"$work/codes"
	until [ "$(sql -c "SELECT count(*) FROM job WHERE state IN ('queued', 'running')")" = 0 ]; do
		sleep 0.2
	done
	_import=$(since "$_from")
	[ "$(sql -c 'SELECT count(*) FROM users')" = $((_each * _tenants)) ] || die "not all were imported: $(sort "$work/codes" | uniq -c | head -n 3)"
	rm -f "$work"/*.csv "$work"/*.answer
	until [ "$(sql -c 'SELECT count(*) FROM user_search_stale')" = 0 ]; do
		sleep 0.5
	done
	kill $_watch
	sql -c 'VACUUM ANALYZE'
	_users=$(size .) _jobs=$(size '^(job|mapping)')
	# One column of all users of one tenant.
	cluster_sql "$cluster" sizing --csv -c "SELECT uuid, 'Changed ' || id AS lastname FROM users WHERE tenant_id = 1" >"$work/update.csv"
	curl -s --fail-with-body -X PUT -o "$work/updated" -u admin1:admin-Secret-1 -H 'Content-Type: text/csv; charset=utf-8' \
		--data-binary "@$work/update.csv" "http://127.0.0.1:$port/1.1/users/import" || { cat "$work/updated" >&2; return 1; }
	until [ "$(sql -c "SELECT count(*) FROM job WHERE state IN ('queued', 'running')")" = 0 ]; do
		sleep 0.2
	done
	_changes=$(($(size '^(job|mapping)') - _jobs))
	_list=$(page '/1.1/users?limit=20') _search=$(page '/1.1/users?search=last77&limit=20')
	echo "$_tenants $((_each * _tenants)) $_setup $_import $((_users - _empty)) $_jobs $_changes $_each" \
		"$(peak uploads) $(peak worker) $(awk '$1 > s { s = $1 } $2 > m { m = $2 } $3 > n { n = $3 } END { print s, m, n }' "$work/backends")" \
		"$_list $_search"
	site_stop "$site"
}

port=18580 tls_port=18581
while port_taken $port || port_taken $tls_port; do
	port=$((port + 2)) tls_port=$((tls_port + 2))
done
cluster_start "$cluster" || exit 1
for size in $SIZES; do
	one "${size%:*}" "${size#*:}" >"$work/row" || die "$size was not measured"
	cat "$work/row" >>"$work/rows"
	say "$size: $(cat "$work/row")" >&2
done
awk 'BEGIN {
	print "| tenants | users | set up | imported | a job | list, search | disk a user | of it the job | a changed cell | web process, worker | connections | their memory in the server, the largest |"
	print "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
}
function grouped(n) { return n >= 1000000 ? sprintf("%d,%03d,%03d", n / 1000000, n / 1000 % 1000, n % 1000) : n >= 1000 ? sprintf("%d,%03d", n / 1000, n % 1000) : n }
{
	printf "| %s | %s | %.1f s | %.0f s | %.2f s | %d, %d ms | %.1f KB | %.1f KB | %.1f KB | %d, %d MB | %d | %d, %d MB |\n", grouped($1), grouped($2), $3, $4,
		$4 / $1, $14, $15, $5 / $2 / 1000, $6 / $2 / 1000, $7 / $8 / 1000, $9 / 1024, $10 / 1024, $13, $11 / 1024, $12 / 1024
}' "$work/rows" | tee "$work/table"
if [ -n "${WRITE:-}" ]; then
	sed -i -e "/^<!-- make sizing -->/r $work/table" -e '/^<!-- make sizing -->/,/^<!-- end -->/{/^|/d}' "$document"
fi
