# The synchronise section of bench.sh: the sheet of a personnel office with all users, found by their
# e-mail address, twice.  First with what a day brings: each hundredth has another name, as
# many come, and as many are no longer in it and are disabled.  Then the same sheet again, which changes
# nothing.  Floor: one plain UPDATE of a column of all users, as in bench.sh.  Times are those of the jobs;
# medians of RUNS, in turns.

# sheet N RUN: its rows; who came in an earlier run is no longer in it.
sheet() {
	awk -v n="$1" -v run="$2" 'BEGIN {
		print "email,firstname,lastname,userfield"
		for (i = 0; i < n; i++)
			if (i % 100 != run)
				printf "user%d@bench.example,First%d,%s%d,row %d\n", i, i, i % 100 == 50 ? "Run" run "x" : "Last", i, i
		for (i = 0; i < n / 100; i++)
			printf "come%d.%d@bench.example,Come%d,Run%d,new\n", run, i, i, run
	}'
}

# sync TEXT: prints seconds; what the program says must have TEXT in it.
sync() {
	"$ROLLCALL" --config "$site/rollcall.conf" update --tenant 1 --match=email --create --absent=disable \
		"$work/sheet.csv" >"$work/report" 2>&1 && grep -q "$1" "$work/report" || {
		cat "$work/report" >&2
		die "synchronising does not say: $1"
	}
	last_job
}

sync_section() {
	n=$(say "${ROWS:-10000 100000}" | awk '{ print $NF }')
	[ -e "$work/$n.csv" ] || rows "$n" >"$work/$n.csv"
	rm -f "$work/days" "$work/agains" "$work/sync_floors"
	update_site "$n"
	reference_users
	i=0
	while [ $i -lt "$RUNS" ]; do
		i=$((i + 1))
		plain_update reference_site $i >>"$work/sync_floors"
		sheet "$n" $i >"$work/sheet.csv"
		settle
		sync 'created' >>"$work/days" || exit 1
		settle
		sync 'rows, unchanged' >>"$work/agains" || exit 1
	done
	site_stop "$site"
	say "$n $(median <"$work/days") $(median <"$work/agains") $(median <"$work/sync_floors")" >"$work/syncs"
	awk 'BEGIN { printf "\n%8s %9s %9s %9s %7s %7s\n", "rows", "a day", "again", "floor", "ratio", "ratio" }
		{ printf "%8d %7.2f s %7.2f s %7.2f s %7.2f %7.2f\n", $1, $2, $3, $4, $2 / $4, $3 / $4 }' "$work/syncs"
	awk '{ print $1, $2 / $4 }' "$work/syncs" | note 'synchronise, a day'
	awk '{ print $1, $3 / $4 }' "$work/syncs" | note 'synchronise, again'
}
