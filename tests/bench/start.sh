# The section start of bench.sh: `make run` a second time, a web process, a sign-in.

# seconds COMMAND...: prints how long it took.
seconds() {
	_from=$(date +%s%N)
	"$@" >/dev/null 2>&1 || return
	awk -v ns=$(($(date +%s%N) - _from)) 'BEGIN { printf "%.3f\n", ns / 1e9 }'
}

stack() {
	RUN_DIR=$work/run PORT=$((port + 10)) TLS_PORT=$((port + 11)) DETACH=1 make -s -C "$top" "$1"
}

# web_again: another web process, until it has answered.
web_again() {
	proc_stop "$site" pages
	_from=$(date +%s%N)
	pool_start "$site" pages 1
	until curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$port/login"; do :; done
	awk -v ns=$(($(date +%s%N) - _from)) 'BEGIN { print ns / 1e6 }'
}

sign_in_again() {
	curl -s -c "$work/jar" -o "$work/page" "http://127.0.0.1:$port/login"
	curl -s -b "$work/jar" -o "$work/page" -w '%{http_code} %{time_total}\n' --data-urlencode "csrf=$(field csrf)" \
		--data-urlencode username=alice --data-urlencode password=alice-Secret-1 "http://127.0.0.1:$port/login" |
		awk '$1 != 303 { exit 1 } { print $2 * 1000 }' || die "signing in failed"
}

start_section() {
	stack run >/dev/null 2>&1 && stack stop >/dev/null 2>&1 || die "make run failed"
	within "make run, the second time, s" "$(seconds stack run)" 3
	stack stop >/dev/null 2>&1
	bench_site
	: >"$work/starts"
	: >"$work/signs"
	for i in 1 2 3 4 5 6 7 8 9; do
		web_again >>"$work/starts"
		sign_in_again >>"$work/signs"
	done
	within "a web process, from its start to its first page, ms" "$(median <"$work/starts")" 50
	# The template's administrators have cheap hashes; what one takes is taken off.
	_hash=$(perl -MTime::HiRes=time -e 'my $began = time; crypt("alice-Secret-1", "\$y\$j75\$" . "." x 22) for 1 .. 20; print((time - $began) * 50)')
	within "a sign-in without its hash, ms" "$(median <"$work/signs" | awk -v hash="$_hash" '{ print $1 - hash }')" 10
	site_stop "$site"
}
