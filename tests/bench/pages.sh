# The pages' part of `make bench`; sourced by bench.sh.
#
# Pages: with PAGES_ROWS=100000 users in one tenant, the time from the request to the last
# byte, through nginx, of lists in each order at both ends, searches, filters, one user, the form
# of the import and the same of the API, pages of numbers and jobs; the first byte of exports and of
# the API without a limit; medians of RUNS.  First those of right after the
# import, of which no worker has made keys or texts yet, then the others.  One that takes
# more than 100 ms fails.

# page NAME PATH [curl arguments]: adds its milliseconds to $work/pages.
page() {
	_name=$1 _path=$2
	shift 2
	i=0
	while [ $i -le "$RUNS" ]; do
		i=$((i + 1))
		curl -s -S --max-time 120 -b "$work/jar" -o "$work/page" -w '%{http_code} %{time_total}\n' "$@" \
			"http://127.0.0.1:$port$_path"
	done | awk -v name="$_name" '$1 != 200 { exit 1 } NR > 1 { print $2 * 1000 }' >"$work/times" ||
		die "$_name: $_path is not answered with 200"
	echo "$(median <"$work/times") $_name" | tee -a "$work/pages"
}

# first NAME PATH [curl arguments]: the same of the first byte; the rest is not waited for.
first() {
	_name=$1 _path=$2
	shift 2
	i=0
	while [ $i -le "$RUNS" ]; do
		i=$((i + 1))
		curl -s --max-time 2 -b "$work/jar" -o "$work/page" -w '%{http_code} %{time_starttransfer}\n' "$@" \
			"http://127.0.0.1:$port$_path"
		until [ "$(cluster_sql "$cluster" bench -At -c "SELECT count(*) FROM pg_stat_activity
			WHERE usename = 'rollcall_web' AND state <> 'idle'")" = 0 ]; do
			sleep 0.1
		done
	done | awk -v name="$_name" '$1 != 200 { exit 1 } NR > 1 { print $2 * 1000 }' >"$work/times" ||
		die "$_name: $_path is not answered with 200"
	echo "$(median <"$work/times") $_name" | tee -a "$work/pages"
}

sign_in() {
	curl -s -c "$work/jar" -o "$work/page" "http://127.0.0.1:$port/login"
	_csrf=$(tr '\n' ' ' <"$work/page" | sed -n 's/.*<input[^>]*name="csrf"[^>]*value="\([^"]*\)".*/\1/p')
	curl -s -b "$work/jar" -c "$work/jar" -o "$work/page" --data-urlencode "csrf=$_csrf" \
		--data-urlencode username=alice --data-urlencode password=alice-Secret-1 "http://127.0.0.1:$port/login"
}

pages_section() {
	n=${PAGES_ROWS:-100000}
	users=/services/ipbx/users
	last=$(((n + 19) / 20))
	[ -e "$work/$n.csv" ] || rows "$n" >"$work/$n.csv"
	bench_site
	send import "$work/$n.csv" 'users were created' >/dev/null
	sign_in
	page "list, right after the import" $users
	page "search of a number, right after the import" "$users?q=$((1000000 + n / 2))"
	say "(workers make keys and texts)"
	until [ "$(cluster_sql "$cluster" bench -At -c 'SELECT count(*) FROM user_search_stale')" = 0 ]; do
		sleep 1
	done
	settle
	for _order in name code protocol number entity; do
		page "list by $_order, first page" "$users?sort=$_order"
		page "list by $_order, downwards, last page" "$users?sort=$_order&dir=desc&page=$last"
	done
	page "search of a part of a name" "$users?q=last$((n / 2))"
	page "search of a number" "$users?q=$((1000000 + n / 2))"
	page "search of two letters" "$users?q=la"
	page "search of two letters that nobody has" "$users?q=zq"
	page "search of a letter" "$users?q=a"
	page "search of a letter that nobody has" "$users?q=z"
	page "search of a word that all have" "$users?q=last"
	for _filter in context=default protocol=sip protocol=sccp enabled=yes enabled=no without=login without=number \
		label=sales permission=mobile phones=missing; do
		page "filter: $_filter" "$users?$_filter"
		page "filter: $_filter, with a search" "$users?$_filter&q=last$((n / 2))"
	done
	page "filter: users of the import" "$users?job=1"
	page "filter: users of the import, with a search" "$users?job=1&q=last$((n / 2))"
	page "list, in the middle" "$users?page=$((last / 2))"
	page "list by number, in the middle" "$users?sort=number&page=$((last / 2))"
	page "search of a word that all have, the last page shown" "$users?q=last&page=500"
	for _kind in extensions incalls voicemails; do
		page "numbers: $_kind" "/services/ipbx/$_kind"
		page "numbers: $_kind, last page" "/services/ipbx/$_kind?page=$((n / 50))"
	done
	page "extensions: search of a number" "/services/ipbx/extensions?q=$((1000000 + n / 2))"
	page "extensions: search of a part of a name" "/services/ipbx/extensions?q=last$((n / 2))"
	page "extensions: search of a word that all have" "/services/ipbx/extensions?q=last"
	page "extensions: search of two digits" "/services/ipbx/extensions?q=12"
	page "incalls: search of a number" "/services/ipbx/incalls?q=$((1000000 + n / 2))"
	page "incalls: search of a word that all have" "/services/ipbx/incalls?q=last"
	page "voicemails: search of a word that all have" "/services/ipbx/voicemails?q=last"
	page "voicemails: used ones" "/services/ipbx/voicemails?state=used"
	page "import history" /services/ipbx/imports
	page "changes of the day" "/services/ipbx/imports/changes?day=$(date -u +%Y-%m-%d)"
	first "first byte: export" "$users/export"
	first "first byte: export as .xlsx" "$users/export?format=xlsx"
	first "first byte: export of a search" "$users/export?q=last$((n / 2))"
	first "first byte: export of a filter" "$users/export?context=default"
	first "first byte: export of a search that all match" "$users/export?q=last"
	page "form of the import" $users/import
	for _order in name id firstname lastname email username exten provisioning_code entity_id; do
		page "API by $_order" "/1.1/users?order=$_order&limit=20" -u alice:alice-Secret-1
	done
	first "first byte: API, export as JSON" "/1.1/users/export?format=json" -u alice:alice-Secret-1
	first "first byte: API, all users" "/1.1/users" -u alice:alice-Secret-1
	first "first byte: API, all users by e-mail" "/1.1/users?order=email" -u alice:alice-Secret-1
	first "first byte: API, all users of a search" "/1.1/users?search=last" -u alice:alice-Secret-1
	page "API, one by the address" "/1.1/users?email=user5@bench.example" -u alice:alice-Secret-1
	site_stop "$site"
	awk -v n="$n" '$1 > 100 { print "slower than 100 ms with " n " users: " $0; slow = 1 } END { exit slow }' "$work/pages"
}
