# The section one of bench.sh: a file of one row on an idle site, ONE_RUNS=100 times, from its
# first byte to the last one of its report.

one_section() {
	n=${ONE_RUNS:-100}
	bench_site
	sign_in
	rows "$n" >"$work/ones.csv"
	: >"$work/times"
	i=0
	while [ $i -lt "$n" ]; do
		i=$((i + 1))
		sed -n "1p; $((i + 1))p" "$work/ones.csv" >"$work/one_row.csv"
		curl -s -b "$work/jar" -o "$work/page" "http://127.0.0.1:$port/services/ipbx/users/import"
		set -- $(curl -s -b "$work/jar" -o /dev/null -w '%{time_total} %{redirect_url}' -F "csrf=$(field csrf)" \
			-F "nonce=$(field nonce)" -F "file=@$work/one_row.csv;type=text/csv" "http://127.0.0.1:$port/services/ipbx/users/import")
		curl -s -b "$work/jar" -o "$work/page" -w "$1 %{time_total}\n" "$2" >>"$work/times"
		grep -q '1 user was created' "$work/page" || die "a file of one row was not imported"
	done
	awk '{ print ($1 + $2) * 1000 }' "$work/times" | sort -n >"$work/sorted"
	awk '{ upload += $1; report += $2 } END { printf "one row: upload to answer %.1f ms, its report %.1f ms\n",
		upload / NR * 1000, report / NR * 1000 }' "$work/times"
	within "one row, upload to report, median, ms" "$(median <"$work/sorted")" 22
	within "one row, 99 % of them, ms" "$(sed -n "$(((n * 99 + 99) / 100))p" "$work/sorted")" 50
	say "memory: web $(($(peak uploads) / 1024)) MB, worker $(($(peak worker) / 1024)) MB"
	site_stop "$site"
}

# field NAME: the value of a hidden field of the last page.
field() {
	tr '\n' ' ' <"$work/page" | sed -n "s/.*<input[^>]*name=\"$1\"[^>]*value=\"\([^\"]*\)\".*/\1/p"
}
