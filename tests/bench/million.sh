# The section million of bench.sh: MILLION=1000000 rows; then 10,000 more, beside 10,000 into an
# empty site: while the worker makes keys and texts of the many, and when it has made them.

# memory: prints the peaks of those that took part in an import.
memory() {
	say "memory: web $(($(peak uploads) / 1024)) MB, worker $(($(peak worker) / 1024)) MB, its connection $(($(backend) / 1024)) MB"
}

million_section() {
	n=${MILLION:-1000000}
	rows 10000 >"$work/few.csv"
	rows $((n + 20000)) >"$work/all.csv"
	head -n $((n + 1)) "$work/all.csv" >"$work/many.csv"
	{ head -n 1 "$work/all.csv"; sed -n "$((n + 2)),$((n + 10001))p" "$work/all.csv"; } >"$work/soon.csv"
	{ head -n 1 "$work/all.csv"; tail -n 10000 "$work/all.csv"; } >"$work/more.csv"
	bench_site
	send import "$work/few.csv" 'users were created' >/dev/null || exit 1
	_few=$(any_job)
	site_stop "$site"
	bench_site
	send import "$work/many.csv" 'users were created' >/dev/null || exit 1
	_many=$(any_job)
	memory
	settle
	send import "$work/soon.csv" 'users were created' >/dev/null || exit 1
	say "10000 rows into them, right after the import: $(any_job) s"
	until [ "$(cluster_sql "$cluster" bench -At -c 'SELECT count(*) FROM user_search_stale')" = 0 ]; do
		sleep 0.5
	done
	settle
	send import "$work/more.csv" 'users were created' >/dev/null || exit 1
	_more=$(any_job)
	within "$n rows, s" "$_many" $((n * 85 / 1000000))
	within "web, MB" $(($(peak uploads) / 1024)) 32
	within "worker, MB" $(($(peak worker) / 1024)) 32
	within "10000 rows into them by 10000 into none" "$(awk -v a="$_more" -v b="$_few" 'BEGIN { print a / b }')" 1.3
	site_stop "$site"
}
