# The export's part of `make bench`; sourced by bench.sh.
#
# Export: the download of all columns of all users, each with everything that a user
# can have, from the request to the last byte: database, web process, nginx, curl.
# Floor: psql's \copy of the very same query, as the same role in the same scope, to
# a file as CSV.  In turns, after one of each that does not count.  The web process
# is a new one for each size, so its peak is that of such exports alone.  Beside it the same
# as JSON and as a workbook, from the API.

# full_rows N: a file of N users with all resources; their passwords are hashes.
full_rows() {
	awk -v n="$1" -v hash="$(openssl passwd -6 -salt bench bench)" 'BEGIN {
		print "firstname,lastname,email,language,mobile_phone_number,outgoing_caller_id,ring_seconds," \
			"call_permission_password,userfield,username,password,cti_profile_enabled,cti_profile_name," \
			"labels,line_protocol,exten,context,line_site,incall_exten,incall_context," \
			"incall_ring_seconds,voicemail_name,voicemail_number,voicemail_context," \
			"voicemail_password,voicemail_email,voicemail_attach_audio,call_permissions"
		for (i = 0; i < n; i++) {
			x = 1000000 + i
			printf "First%d,\"Last, %d\",user%d@bench.example,fr_FR,+33%09d,\"\"\"First%d\"\" <%d>\",30," \
				"1234,row %d,login%d,%s,1,Client," \
				"sales;support,sip,%d,default,site-lyon,%d,from-extern," \
				"20,First%d Last%d,%d,default,4321,user%d@bench.example,1,international;mobile\n", \
				i, i, i, i, i, x, i, i, hash, x, x, i, i, x, i
		}
	}'
}

# copy_run: prints the seconds of \copy.
copy_run() {
	_query=$(sed -n '/^-- name: export_users$/,/^) TO STDOUT/{/^--/d;/^COPY (/d;/^) TO STDOUT/d;p}' \
		"$top/sql/queries/export.sql" | tr '\n\t' '  ')
	_enter=$(sed -n '/^-- name: export_enter$/,/^-- name:/{/^--/d;p}' "$top/sql/queries/export.sql" |
		sed "s/\\\$1/'{}'/")
	_rest=$(sed -n '/^-- name: export_rest$/,/^-- name:/{/^--/d;p}' "$top/sql/queries/export.sql")
	{
		say "BEGIN;"
		say "SELECT set_config('rollcall.scope', '{1}', true) \\g /dev/null"
		say "${_enter%;*} \\g /dev/null"
		say "${_rest%;*} \\g /dev/null"
		say "SELECT extract(epoch FROM clock_timestamp()) AS began \\gset"
		printf '%s\n' "\\copy ($_query) TO '$work/floor.csv' CSV HEADER"
		say "SELECT round(extract(epoch FROM clock_timestamp()) - :began, 3);"
		say "COMMIT;"
	} | cluster_sql "$cluster" bench -At -U rollcall_web
}

# export_run: prints seconds; the file must have as many lines as \copy's.
export_run() {
	FORM=export TIMING=$work/seconds "$top/nginx/stack/import.sh" "http://127.0.0.1:$port" \
		alice alice-Secret-1 "$work/export.csv" || exit 1
	_lines=$(wc -l <"$work/export.csv") _copied=$(wc -l <"$work/floor.csv")
	[ "$_lines" -eq "$_copied" ] || die "the export has $_lines lines, \\copy $_copied"
	cat "$work/seconds"
}

# other_run FORMAT: prints seconds.
other_run() {
	curl -s -S -f --max-time 600 -u alice:alice-Secret-1 -o "$work/export.$1" -w '%{time_total}\n' \
		"http://127.0.0.1:$port/1.1/users/export?format=$1" || die "the export as $1 failed"
}

export_section() {
	for n in ${ROWS:-10000 100000}; do
		full_rows "$n" >"$work/full.csv"
		bench_site
		send import "$work/full.csv" 'users were created' >/dev/null
		site_stop "$site"
		settle
		site_start "$site" "$port" "$tls_port" 1 1 1 || exit 1
		{ copy_run && export_run; } >/dev/null || exit 1
		rm -f "$work/exports" "$work/floors" "$work/json" "$work/xlsx"
		i=0
		while [ $i -lt "$RUNS" ]; do
			i=$((i + 1))
			copy_run >>"$work/floors" || exit 1
			export_run >>"$work/exports" || exit 1
			other_run json >>"$work/json"
			other_run xlsx >>"$work/xlsx"
			say "$n rows, run $i: export $(tail -n 1 "$work/exports") s," \
				"\\copy $(tail -n 1 "$work/floors") s, JSON $(tail -n 1 "$work/json") s," \
				".xlsx $(tail -n 1 "$work/xlsx") s"
		done
		echo "$n $(median <"$work/exports") $(median <"$work/floors") $(peak uploads)" \
			"$(median <"$work/json") $(median <"$work/xlsx") $(peak pages)" >>"$work/exported"
		site_stop "$site"
	done
	awk '{ print $1, $2 / $3 }' "$work/exported" | note export
	awk '{ print $1, $5 / $3 }' "$work/exported" | note 'export, JSON'
	awk '{ print $1, $6 / $3 }' "$work/exported" | note 'export, .xlsx'
	while read -r n _csv _floor _ _json _xlsx _; do
		within "export of $n by \\copy" "$(awk -v a="$_csv" -v b="$_floor" 'BEGIN { print a / b }')" 1.1
		within "export of $n as JSON by \\copy" "$(awk -v a="$_json" -v b="$_floor" 'BEGIN { print a / b }')" 1.2
		within "export of $n as .xlsx by \\copy" "$(awk -v a="$_xlsx" -v b="$_floor" 'BEGIN { print a / b }')" 2.5
	done <"$work/exported"
	awk 'BEGIN { printf "\n%8s %9s %9s %7s %9s\n", "rows", "export", "\\copy", "ratio", "web" }
	{
		printf "%8d %7.2f s %7.2f s %7.2f %6.1f MB\n", $1, $2, $3, $2 / $3, ($4 > $7 ? $4 : $7) / 1024
		if (NR > 1)
			printf "%8s memory from the row above: web %+.1f MB\n", "", ($4 - web) / 1024
		web = $4
	}' "$work/exported"
}
