# The section wrong of bench.sh: a file with an error in each row beside the same file without
# one; the pages of its report, and errors.csv beside the export of as many users.

# any_job: seconds of the job that was made last, whatever became of it.
any_job() {
	cluster_sql "$cluster" bench -At -c \
		"SELECT round(extract(epoch FROM ended_at - started_at)::numeric, 3) FROM job ORDER BY id DESC LIMIT 1"
}

wrong_section() {
	n=$(say "${ROWS:-10000 100000}" | awk '{ print $NF }')
	[ -e "$work/$n.csv" ] || rows "$n" >"$work/$n.csv"
	sed '2,$s/@bench/ at bench/' "$work/$n.csv" >"$work/wrong.csv"
	bench_site
	send import "$work/wrong.csv" 'Nothing was imported' >/dev/null || exit 1
	_wrong=$(any_job)
	_job=$(cluster_sql "$cluster" bench -At -c 'SELECT max(id) FROM job')
	say "$n errors: $_wrong s; worker $(($(peak worker) / 1024)) MB, its connection $(($(backend) / 1024)) MB"
	sign_in
	: >"$work/pages"
	_report=/services/ipbx/imports/$_job
	page "report of errors, first page" "$_report"
	# 100 to a page, of those that are listed.
	page "report of errors, last page" "$_report?show=issues&rows=all&page=$((((n < 10000 ? n : 10000) + 99) / 100))"
	page "report of errors, one column" "$_report?show=issues&column=email"
	while read -r _ms _name; do
		within "$_name, ms" "$_ms" 100
	done <"$work/pages"
	_errors=$(curl -s -b "$work/jar" -o "$work/errors.csv" -w '%{time_total}' "http://127.0.0.1:$port$_report/errors.csv")
	[ "$(wc -l <"$work/errors.csv")" -gt "$n" ] || die "errors.csv has $(wc -l <"$work/errors.csv") lines"
	send import "$work/$n.csv" 'users were created' >/dev/null || exit 1
	_right=$(any_job)
	settle
	FORM=export TIMING=$work/seconds "$top/nginx/stack/import.sh" "http://127.0.0.1:$port" alice alice-Secret-1 "$work/export.csv" || exit 1
	say "$n rows: imported in $_right s; errors.csv $_errors s, export $(cat "$work/seconds") s," \
		"web $(($(peak pages) / 1024)) MB"
	within "a file of errors by its import" "$(awk -v a="$_wrong" -v b="$_right" 'BEGIN { print a / b }')" 1
	within "errors.csv by the export" "$(awk -v a="$_errors" -v b="$(cat "$work/seconds")" 'BEGIN { print a / b }')" 1
	site_stop "$site"
}
