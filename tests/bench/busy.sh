# The section busy of bench.sh: the list of users under wrk, 16 connections, while an import
# runs.

busy_section() {
	n=$(say "${ROWS:-10000 100000}" | awk '{ print $NF }')
	rows $((n * 2)) >"$work/twice.csv"
	head -n $((n + 1)) "$work/twice.csv" >"$work/first.csv"
	{ head -n 1 "$work/twice.csv"; tail -n "$n" "$work/twice.csv"; } >"$work/second.csv"
	bench_site
	site_stop "$site"
	site_start "$site" "$port" "$tls_port" || exit 1
	send import "$work/first.csv" 'users were created' >/dev/null || exit 1
	until [ "$(cluster_sql "$cluster" bench -At -c 'SELECT count(*) FROM user_search_stale')" = 0 ]; do
		sleep 1
	done
	settle
	sign_in
	_cookie=$(awk 'NF == 7 { print $6 "=" $7 }' "$work/jar" | paste -s -d ';')
	curl -s -f -H "Cookie: $_cookie" "http://127.0.0.1:$port/services/ipbx/users" | grep -q Last1 || die "the list is not shown"
	send import "$work/second.csv" 'users were created' >"$work/beside" &
	_import=$!
	# wrk is told to stop as the import ends.
	wrk -t 1 -c 16 -d 300s --latency -H "Cookie: $_cookie" "http://127.0.0.1:$port/services/ipbx/users" >"$work/wrk" &
	_wrk=$!
	wait $_import || die "the import beside the readers failed"
	kill -INT $_wrk
	wait $_wrk
	say "$n rows while 16 connections read the list: $(cat "$work/beside") s; $(awk '/Requests\/sec/ { print $2 }' "$work/wrk") pages a second"
	within "list beside an import, 99 % of the pages, ms" "$(awk '$1 == "99%" {
		print $2 ~ /us$/ ? $2 / 1000 : $2 ~ /ms$/ ? $2 + 0 : $2 * 1000 }' "$work/wrk")" 100
	within "list beside an import, answers that are errors" "$(awk '/Non-2xx/ { n = $NF } END { print n + 0 }' "$work/wrk")" 0
	say "memory: web $(($(peak pages) / 1024)) MB, worker $(($(peak worker) / 1024)) MB, its connection $(($(backend) / 1024)) MB"
	site_stop "$site"
}
