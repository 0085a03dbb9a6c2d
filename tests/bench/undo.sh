# The undo section of bench.sh: an undo, and its check, which the page shows first, beside the import that it takes back, and an update
# of one column of all users beside the same one whose changes are not kept.  Times are
# those of the jobs, from taken to ended; medians of RUNS, in turns.

# last_job: seconds of the job that was made last.
last_job() {
	cluster_sql "$cluster" bench -At -c \
		"SELECT round(extract(epoch FROM ended_at - started_at)::numeric, 3) FROM job WHERE state IN ('done', 'checked') ORDER BY id DESC LIMIT 1"
}

# undo_import [--dry-run]: undoes the last import, or checks that.
undo_import() {
	"$ROLLCALL" --config "$site/rollcall.conf" undo --tenant 1 "$@" \
		"$(cluster_sql "$cluster" bench -At -c "SELECT max(id) FROM job WHERE kind = 'import'")" >"$work/report" 2>&1 || {
		cat "$work/report" >&2
		die "the undo failed"
	}
}

# kept_update RUN ENABLE|DISABLE: prints seconds of an update whose changes are kept, or not.
kept_update() {
	cluster_sql "$cluster" bench -c "ALTER TABLE users $2 TRIGGER a_kept_updated"
	one_column "$1 $2"
	settle
	send update "$work/one.csv" 'users were changed' >/dev/null || exit 1
	last_job
}

undo_section() {
	n=$(say "${ROWS:-10000 100000}" | awk '{ print $NF }')
	[ -e "$work/$n.csv" ] || rows "$n" >"$work/$n.csv"
	rm -f "$work/made" "$work/checked" "$work/undone" "$work/kept" "$work/bare"
	i=0
	while [ $i -lt "$RUNS" ]; do
		i=$((i + 1))
		bench_site
		send import "$work/$n.csv" 'users were created' >/dev/null || exit 1
		last_job >>"$work/made"
		settle
		undo_import --dry-run
		last_job >>"$work/checked"
		settle
		undo_import
		last_job >>"$work/undone"
		site_stop "$site"
	done
	update_site "$n"
	i=0
	while [ $i -lt "$RUNS" ]; do
		i=$((i + 1))
		kept_update $i ENABLE >>"$work/kept"
		kept_update $i DISABLE >>"$work/bare"
	done
	site_stop "$site"
	say "$n $(median <"$work/made") $(median <"$work/undone") $(median <"$work/bare") $(median <"$work/kept") $(median <"$work/checked")" >"$work/undos"
	awk 'BEGIN { printf "\n%8s %9s %9s %7s %9s %7s %12s %9s %7s\n", "rows", "import", "undo", "ratio", "checked", "ratio", "not kept", "kept", "ratio" }
		{ printf "%8d %7.2f s %7.2f s %7.2f %7.2f s %7.2f %10.2f s %7.2f s %7.2f\n", $1, $2, $3, $3 / $2, $6, $6 / $2, $4, $5, $5 / $4 }' "$work/undos"
	awk '{ print $1, $3 / $2 }' "$work/undos" | note 'undo of an import'
	awk '{ print $1, $6 / $2 }' "$work/undos" | note 'undo of an import, checked'
	awk '{ print $1, $5 / $4 }' "$work/undos" | note 'update, kept'
}
