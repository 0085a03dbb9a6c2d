# The sections import and workbook of bench.sh.
#
# Import: from the first byte of the upload until the answer of the form, which waits for the
# job: nginx, web process, job, worker, rules, all rows, COMMIT.  Floor: the very rows that this
# import made, COPYed by the superuser into the same five tables as version 0.1.0 had them
# (migrations 0001 to 0011, all keys declared), one transaction.  That is the fixed reference: a
# schema that checks less, or more, would move it.  Beside it the same COPY into the tables of
# today.  Both on one cluster with fsync on, in turns; medians of RUNS=3.  ROWS="10000 100000" are
# the sizes; the ratio of the last one is what counts.
#
# Workbook: the same import out of an .xlsx, beside that of the CSV file, in turns.

# import_run N [SUFFIX]: of $work/N.csv, or another; prints seconds, KiB of the web process, KiB of the worker.  The rows
# that it made are in $PG_PLACE/bench.
import_run() {
	bench_site
	TIMING=$work/seconds "$top/nginx/stack/import.sh" "http://127.0.0.1:$port" \
		alice alice-Secret-1 "$work/$1.${2:-csv}" >"$work/report" || exit 1
	_seconds=$(cat "$work/seconds") _web=$(peak uploads) _worker=$(peak worker)
	site_stop "$site"
	for _table in $tables; do
		_count=$(cluster_sql "$cluster" bench -At -c "SELECT count(*) FROM $_table")
		[ "$_count" -eq "$1" ] || {
			cat "$work/report" >&2
			die "$_table has $_count rows after an import of $1 in $_seconds s"
		}
		cluster_sql "$cluster" bench -c "COPY $_table ($(columns $_table)) TO '$PG_PLACE/bench/$_table'"
	done
	echo "$_seconds $_web $_worker"
}

# reference_site: the database reference_site, its tables as version 0.1.0 had them, with
# what setup made of the site.
reference_site() {
	cluster_database "$cluster" reference_site
	for _file in "$top"/sql/migrations/000?_*.sql "$top"/sql/migrations/001[01]_*.sql; do
		{ say 'SET ROLE rollcall_owner;'; cat "$_file"; } | cluster_sql "$cluster" reference_site >/dev/null 2>&1 || return
	done
	for _table in tenant context context_range call_permission label cti_profile line_template; do
		cluster_sql "$cluster" site -c "COPY $_table TO '$PG_PLACE/bench/$_table'" &&
			cluster_sql "$cluster" reference_site -c "COPY $_table FROM '$PG_PLACE/bench/$_table'" || return
	done
}

# columns TABLE: prints those that the table had in version 0.1.0.
columns() {
	cluster_sql "$cluster" reference_site -At -c "SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = '$1'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
}

# floor_run TEMPLATE: prints seconds.
floor_run() {
	fresh_database floor "$1"
	{
		say "SELECT extract(epoch FROM clock_timestamp()) AS began \\gset"
		say "BEGIN;"
		for _table in $tables; do
			say "COPY $_table ($(columns $_table)) FROM '$PG_PLACE/bench/$_table';"
		done
		say "COMMIT;"
		say "SELECT round(extract(epoch FROM clock_timestamp()) - :began, 3);"
	} | cluster_sql "$cluster" floor -At
}

import_section() {
	reference_site || die "the reference tables cannot be made"
	for n in ${ROWS:-10000 100000}; do
		rows "$n" >"$work/$n.csv"
		: >"$work/imports"
		: >"$work/floors"
		: >"$work/floors_today"
		i=0
		while [ $i -lt "$RUNS" ]; do
			import_run "$n" >>"$work/imports" || exit 1
			floor_run reference_site >>"$work/floors" || exit 1
			floor_run site >>"$work/floors_today" || exit 1
			i=$((i + 1))
			say "$n rows, run $i: import $(tail -n 1 "$work/imports" | cut -d ' ' -f 1) s," \
				"floor $(tail -n 1 "$work/floors") s, of today's tables $(tail -n 1 "$work/floors_today") s"
		done
		echo "$n $(cut -d ' ' -f 1 "$work/imports" | median) $(median <"$work/floors")" \
			"$(cut -d ' ' -f 2 "$work/imports" | sort -n | tail -n 1)" \
			"$(cut -d ' ' -f 3 "$work/imports" | sort -n | tail -n 1)" "$(median <"$work/floors_today")" >>"$work/results"
	done

	awk '{ print $1, $2 / $3 }' "$work/results" | note import
	awk 'BEGIN { printf "\n%8s %9s %9s %7s %9s %7s %9s %11s\n", "rows", "import", "floor", "ratio",
		"today", "ratio", "web", "worker" }
	{
		printf "%8d %7.2f s %7.2f s %7.2f %7.2f s %7.2f %6.1f MB %8.1f MB\n", $1, $2, $3, $2 / $3,
			$6, $2 / $6, $4 / 1024, $5 / 1024
		if (NR > 1)
			printf "%8s memory from the row above: web %+.1f MB, worker %+.1f MB\n", "", \
				($4 - web) / 1024, ($5 - worker) / 1024
		web = $4
		worker = $5
	}' "$work/results"
}

workbook_section() {
	for n in ${ROWS:-10000 100000}; do
		[ -e "$work/$n.csv" ] || rows "$n" >"$work/$n.csv"
		node "$top/tests/bench/workbook.mjs" "$work/$n.csv" "$work/$n.xlsx" || exit 1
		: >"$work/plain"
		: >"$work/books"
		i=0
		while [ $i -lt "$RUNS" ]; do
			import_run "$n" >>"$work/plain" || exit 1
			import_run "$n" xlsx >>"$work/books" || exit 1
			i=$((i + 1))
			say "$n rows, run $i: CSV $(tail -n 1 "$work/plain" | cut -d ' ' -f 1) s," \
				".xlsx $(tail -n 1 "$work/books" | cut -d ' ' -f 1) s"
		done
		echo "$n $(cut -d ' ' -f 1 "$work/plain" | median) $(cut -d ' ' -f 1 "$work/books" | median)" \
			"$(cut -d ' ' -f 3 "$work/plain" | sort -n | tail -n 1)" \
			"$(cut -d ' ' -f 3 "$work/books" | sort -n | tail -n 1)" >>"$work/workbooks"
	done
	awk 'BEGIN { printf "\n%8s %9s %9s %7s %11s %11s\n", "rows", "CSV", ".xlsx", "ratio", "worker", "worker" }
	{
		printf "%8d %7.2f s %7.2f s %7.2f %8.1f MB %8.1f MB\n", $1, $2, $3, $3 / $2, $4 / 1024, $5 / 1024
	}' "$work/workbooks"
}
