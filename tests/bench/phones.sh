#!/bin/sh
# `make bench-phones`: what telephones and imports ask of one machine together.
#
#   registrations a second: 1,000 phones of USERS=10000 imported users, one after another
#       by sipp (a challenge and an answer each), RATE=1000 a second offered; none may fail
#   sip.route a second and core: pgbench, one connection, simple protocol, as Kamailio
#       asks, of callers and numbers by chance
#   an import of ROWS=100000 while LOAD=20 phones a second register (10,000 phones every
#       ten minutes are 17), against the same import without them: medians of RUNS=3, in turns
. "$(dirname "$0")/../../nginx/stack/lib.sh"
ROLLCALL=$top/${BUILD:-build}/rollcall
RUNS=${RUNS:-3} USERS=${USERS:-10000} ROWS=${ROWS:-100000} RATE=${RATE:-1000} LOAD=${LOAD:-20} PORT=${SIP_PORT:-5090}

work=$(mktemp -d -p "${TMPDIR:-/tmp}") && chmod 0711 "$work" || exit 1
cluster=$work/cluster site=$work/site
finish() {
	[ -z "${load:-}" ] || kill "$load" 2>/dev/null
	[ ! -d "$site/pid" ] || site_stop "$site"
	cluster_remove "$cluster"
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# users FROM N: a file of N users with a phone each, numbered from FROM.
users() {
	awk -v from="$1" -v n="$2" 'BEGIN {
		print "firstname,line_protocol,context,exten,sip_username,sip_secret"
		for (i = from; i < from + n; i++)
			printf "First%d,sip,default,%d,phone%d,secret-of-%d\n", i, 1000000 + i, i, i
	}'
}

# sipp_start N RATE: N phones register, RATE a second; its id in $load.
sipp_start() {
	rm -f "$work/stat.csv"
	cd "$work" || exit 1
	sipp "127.0.0.1:$PORT" -sf register.xml -inf phones.csv -i 127.0.0.1 -p $((PORT + 7)) -m "$1" -r "$2" -l 2000 \
		-nostdin -trace_stat -stf stat.csv -fd 1 -timeout 600s >/dev/null 2>&1 &
	load=$!
	cd "$top" || exit 1
}

# counted: how many phones have registered since, and how many have failed.
counted() {
	awk -F';' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ ok = $at["SuccessfulCall(C)"]; bad = $at["FailedCall(C)"] }
		END { print ok + 0, bad + 0 }' "$work/stat.csv"
}

import_seconds() {
	_begun=$(date +%s.%N)
	users "$1" "$ROWS" >"$work/rows.csv"
	"$ROLLCALL" --config "$site/rollcall.conf" import --tenant acme "$work/rows.csv" >/dev/null || exit 1
	echo "$_begun $(date +%s.%N)" | awk '{ print $2 - $1 }'
}

median() {
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

cluster_start "$cluster" && cluster_template "$cluster" site "$top/tests/data/site.json" &&
	cluster_database "$cluster" bench site && site_conf "$site" "$cluster" bench </dev/null || exit 1
worker_start "$site" 2
users 0 "$USERS" >"$work/users.csv"
"$ROLLCALL" --config "$site/rollcall.conf" import --tenant acme "$work/users.csv" >/dev/null || exit 1
cluster_sql "$cluster" bench -c 'VACUUM ANALYZE'
phones_start "$site" "$cluster" bench "$PORT" || exit 1
sed 's/@STATUS@/200/; s/\[field2\]/5999/' "$top/tests/telephone/sipp/register.xml" >"$work/register.xml"
awk -v n="$USERS" 'BEGIN { print "SEQUENTIAL"; for (i = 0; i < n; i++)
	printf "phone%d;[authentication username=phone%d password=secret-of-%d]\n", i, i, i }' >"$work/phones.csv"

sipp_start 200 100	# connections are made, pages read
wait "$load"
begun=$(date +%s.%N)
sipp_start 1000 "$RATE"
wait "$load"
load=
echo "$begun $(date +%s.%N) $(counted)" | awk '{
	printf "registrations: %d of 1000 in %.2f s, %d a second, %d failed\n", $3, $2 - $1, $3 / ($2 - $1), $4 }'

cat >"$work/route.sql" <<'END'
\set a random(0, 9999)
\set b random(0, 9999)
SELECT * FROM sip.route('phone' || :a, (1000000 + :b)::text);
END
"$PG_BIN/pgbench" -h "$(cluster_where "$cluster")" -U rollcall_sip -n -M simple -c 1 -j 1 -T 5 -f "$work/route.sql" bench 2>&1 |
	sed -n 's/^tps = \([0-9]*\).*/sip.route: \1 a second, one connection/p'

for run in $(seq "$RUNS"); do
	import_seconds $((run * 200000)) >>"$work/alone"
	sipp_start 10000000 "$LOAD"
	import_seconds $((run * 200000 + 100000)) >>"$work/beside"
	kill "$load"
	wait "$load" 2>/dev/null
	load=
	counted >>"$work/registered"
done
echo "$(median <"$work/alone") $(median <"$work/beside")" | awk -v rows="$ROWS" '{
	printf "import of %d rows: %.1f s, while phones register %.1f s, ratio %.2f\n", rows, $1, $2, $2 / $1 }'
awk '{ ok += $1; bad += $2 } END { printf "registered meanwhile: %d, failed %d\n", ok, bad }' "$work/registered"
