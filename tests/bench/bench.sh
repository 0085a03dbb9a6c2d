#!/bin/sh
# `make bench`: how near an import, an update and an export through the browser's
# pages come to the speed of the database itself, and what memory they take.
#
# Import, workbook: import.sh.
#
# Update: the same way through the form, of users that an import made: one column of
# all of them changed, the same only checked, and a whole export that changes nothing.
# Floor: one plain UPDATE of that column by the superuser, of the same users in the tables as
# version 0.1.0 had them (import.sh); beside it the same UPDATE in the tables of today.  All in
# turns, each after a VACUUM.
#
# Export: export.sh.  Pages: pages.sh.  Undo: undo.sh.  Synchronise: sync.sh.  One row:
# one_row.sh.  Passwords: passwords.sh.  A file of errors: wrong.sh.  A million users: million.sh
# (not by itself, as it takes some minutes).  Readers while an import runs: busy.sh.  Starting: start.sh.
# SECTIONS="import workbook update export pages undo sync one passwords wrong busy start" chooses;
# peers.sh and million.sh only where they are named.
#
# Each ratio is compared with the last one of history.tsv: one that is more than 10 % worse
# fails.  KEEP=1 adds those of this run to it.
. "$(dirname "$0")/../../nginx/stack/lib.sh"
. "$top/tests/bench/memory.sh"
. "$top/tests/bench/export.sh"
. "$top/tests/bench/pages.sh"
. "$top/tests/bench/undo.sh"
. "$top/tests/bench/sync.sh"
. "$top/tests/bench/import.sh"
. "$top/tests/bench/peers.sh"
. "$top/tests/bench/one_row.sh"
. "$top/tests/bench/passwords.sh"
. "$top/tests/bench/wrong.sh"
. "$top/tests/bench/million.sh"
. "$top/tests/bench/busy.sh"
. "$top/tests/bench/start.sh"
ROLLCALL=$top/${BUILD:-build}/rollcall
RUNS=${RUNS:-3}
SECTIONS=${SECTIONS:-import workbook update export pages undo sync one passwords wrong busy start}
history=$top/tests/bench/history.tsv
tables="voicemail users line extension incall"

work=$(mktemp -d -p "${TMPDIR:-/tmp}") && chmod 0711 "$work" || exit 1
cluster=$work/cluster site=$work/site
finish() {
	[ ! -d "$site/pid" ] || site_stop "$site"
	cluster_remove "$cluster"
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# rows N: a file of N whole rows; their numbers are in the ranges of tests/data/site.json.
rows() {
	awk -v n="$1" 'BEGIN {
		print "firstname,lastname,email,ring_seconds,userfield,line_protocol,context,exten," \
			"incall_exten,incall_context,voicemail_name,voicemail_number,voicemail_context," \
			"voicemail_password,voicemail_email"
		for (i = 0; i < n; i++) {
			x = 1000000 + i
			printf "First%d,Last%d,user%d@bench.example,30,row %d,sip,default,%d,%d,from-extern," \
				"First%d Last%d,%d,default,4321,user%d@bench.example\n", \
				i, i, i, i, x, x, i, i, x, i
		}
	}'
}

# backend: the peak of memory of its own of the worker's connections, in KiB: sorts, hashes and
# temporary tables, without what all share.
backend() {
	cluster_sql "$cluster" bench -At -c \
		"SELECT pid FROM pg_stat_activity WHERE datname = 'bench' AND usename = 'rollcall_worker'" |
		while read -r _pid; do
			awk '/^VmHWM/ { peak = $2 } /^RssFile|^RssShmem/ { shared += $2 } END { print peak - shared }' "/proc/$_pid/status"
		done | sort -n | tail -n 1
}

# within WHAT VALUE LIMIT: prints both; fails the run where the value is larger.
within() {
	awk -v what="$1" -v value="$2" -v limit="$3" 'BEGIN {
		printf "%-52s %9.1f of %s%s\n", what, value, limit, (value > limit ? "  more than asked" : "")
		exit (value > limit)
	}' || slow=1
}

median() {
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# note NAME: for each line of rows and a ratio that it reads, notes it under that name.
note() {
	awk -v name="$1" '{ printf "%s\t%d\t%.2f\n", name, $1, $2 }' >>"$work/ratios"
}

# compare: prints the noted ratios beside the last ones; fails where one is 10 % worse.
compare() {
	[ -s "$work/ratios" ] || return 0
	awk -F '\t' 'BEGIN { printf "\n%-20s %8s %7s %7s\n", "ratio of", "rows", "now", "before" }
	FNR == NR { before[$2, $3] = $4; next }
	{
		was = before[$1, $2]
		slower = (was != "" && $3 > was * 1.1)
		printf("%-20s %8d %7.2f %7s%s\n", $1, $2, $3, was, slower ? "  worse" : "")
		worse += slower
	}
	END { exit (worse > 0) }' "$history" "$work/ratios"
	_rc=$?
	[ -z "${KEEP:-}" ] || sed "s/^/$(date -u +%Y-%m-%d)\t/" "$work/ratios" >>"$history"
	return $_rc
}

# fresh_database NAME [TEMPLATE]
fresh_database() {
	cluster_sql "$cluster" postgres -c "DROP DATABASE IF EXISTS $1" 2>/dev/null
	cluster_database "$cluster" "$1" "${2:-site}"
	cluster_sql "$cluster" postgres -c CHECKPOINT
}

# send FORM FILE TEXT: prints seconds; the report must say TEXT.
send() {
	FORM=$1 TIMING=$work/seconds PATIENCE=600 "$top/nginx/stack/import.sh" "http://127.0.0.1:$port" \
		alice alice-Secret-1 "$2" >"$work/report" || exit 1
	grep -q "$3" "$work/report" || {
		cat "$work/report" >&2
		die "the report does not say: $3"
	}
	cat "$work/seconds"
}

settle() {
	cluster_sql "$cluster" bench -c 'VACUUM ANALYZE' -c CHECKPOINT
}

# bench_site [SETTING]: an empty site, started, with its reports in English.
bench_site() {
	fresh_database bench
	rm -rf "$site"
	mkdir -p "$site"
	printf '%s\n' 'page_wait = 60' 'max_rows = 10000000' 'max_upload_mb = 2000' "${1:-}" |
		site_conf "$site" "$cluster" bench
	cluster_sql "$cluster" bench -c "UPDATE admin SET language = 'en'"
	site_start "$site" "$port" "$tls_port" 1 1 1 || exit 1
}

# update_site N: a site with N users, and $work/all.csv, an export of them.
update_site() {
	bench_site
	send import "$work/$1.csv" 'users were created' >/dev/null
	site_stop "$site"
	# Peaks are those of updates alone.
	site_start "$site" "$port" "$tls_port" 1 1 1 || exit 1
	FORM=export "$top/nginx/stack/import.sh" "http://127.0.0.1:$port" alice alice-Secret-1 "$work/all.csv" || exit 1
}

# one_column RUN: $work/one.csv, another last name for each user.
one_column() {
	cluster_sql "$cluster" bench --csv -c "SELECT uuid, 'Run $1 of ' || id AS lastname FROM users ORDER BY id" >"$work/one.csv"
}

# reference_users: the users of the site, and what refers to them, in reference_site.
reference_users() {
	cluster_sql "$cluster" postgres -c 'DROP DATABASE IF EXISTS reference_site' 2>/dev/null
	reference_site || die "the reference tables cannot be made"
	for _table in $tables; do
		cluster_sql "$cluster" bench -c "COPY $_table ($(columns $_table)) TO '$PG_PLACE/bench/$_table'" &&
			cluster_sql "$cluster" reference_site -c "COPY $_table ($(columns $_table)) FROM '$PG_PLACE/bench/$_table'" || exit 1
	done
}

# plain_update DATABASE RUN: prints seconds.
plain_update() {
	cluster_sql "$cluster" "$1" -c 'VACUUM ANALYZE' -c CHECKPOINT
	{
		say "SELECT extract(epoch FROM clock_timestamp()) AS began \\gset"
		say "UPDATE users SET lastname = 'Plain $2 of ' || id;"
		say "SELECT round(extract(epoch FROM clock_timestamp()) - :began, 3);"
	} | cluster_sql "$cluster" "$1" -At
}

# imported_names: the last names of the import, after a plain UPDATE.
imported_names() {
	cluster_sql "$cluster" bench -c "UPDATE users SET lastname = 'Last' || substr(email, 5, position('@' in email) - 5)
		WHERE email LIKE 'user%'"
}

update_section() {
	for n in ${ROWS:-10000 100000}; do
		[ -e "$work/$n.csv" ] || rows "$n" >"$work/$n.csv"
		update_site "$n"
		reference_users
		rm -f "$work/ones" "$work/checks" "$work/nones" "$work/floors" "$work/floors_today"
		i=0
		while [ $i -lt "$RUNS" ]; do
			i=$((i + 1))
			plain_update reference_site $i >>"$work/floors"
			plain_update bench $i >>"$work/floors_today"
			imported_names	# which the export has
			settle
			send update "$work/all.csv" 'Nothing was changed' >>"$work/nones" || exit 1
			one_column $i
			settle
			send 'update?check=1' "$work/one.csv" 'would be changed' >>"$work/checks" || exit 1
			settle
			send update "$work/one.csv" 'users were changed' >>"$work/ones" || exit 1
			say "$n rows, run $i: one column $(tail -n 1 "$work/ones") s," \
				"checked $(tail -n 1 "$work/checks") s, unchanged $(tail -n 1 "$work/nones") s," \
				"plain UPDATE $(tail -n 1 "$work/floors") s, of today's tables $(tail -n 1 "$work/floors_today") s"
		done
		echo "$n $(median <"$work/ones") $(median <"$work/nones") $(median <"$work/floors")" \
			"$(peak uploads) $(peak worker) $(median <"$work/checks") $(median <"$work/floors_today")" >>"$work/updates"
		site_stop "$site"
	done
	awk '{ print $1, $2 / $4 }' "$work/updates" | note 'update, one column'
	awk '{ print $1, $7 / $4 }' "$work/updates" | note 'update, checked'
	awk '{ print $1, $3 / $4 }' "$work/updates" | note 'update, unchanged'
	awk 'BEGIN { printf "\n%8s %10s %10s %10s %9s %7s %7s %7s %9s %7s %9s %11s\n", "rows", "one column", "checked",
		"unchanged", "floor", "ratio", "ratio", "ratio", "today", "ratio", "web", "worker" }
	{
		printf "%8d %8.2f s %8.2f s %8.2f s %7.2f s %7.2f %7.2f %7.2f %7.2f s %7.2f %6.1f MB %8.1f MB\n", $1, $2, $7, $3, $4,
			$2 / $4, $7 / $4, $3 / $4, $8, $2 / $8, $5 / 1024, $6 / 1024
		if (NR > 1)
			printf "%8s memory from the row above: web %+.1f MB, worker %+.1f MB\n", "", \
				($5 - web) / 1024, ($6 - worker) / 1024
		web = $5
		worker = $6
	}' "$work/updates"
}

port=18480 tls_port=18481
while port_taken $port || port_taken $tls_port; do
	port=$((port + 2)) tls_port=$((tls_port + 2))
done
cluster_start "$cluster" && cluster_template "$cluster" site "$top/tests/data/site.json" || exit 1
as_postgres mkdir "$PG_PLACE/bench" || exit 1

failed=0 slow=0
for section in $SECTIONS; do
	"${section}_section" || failed=1
done
[ $slow -eq 0 ] || failed=1
compare && exit $failed
