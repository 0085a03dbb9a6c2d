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

# web_again: another web process, until it has answered.  The client is there before the process can
# answer: one that is started for each attempt (curl) takes longer to start than the process.
web_again() {
	proc_stop "$site" pages
	_from=$(date +%s%N)
	pool_start "$site" pages 1
	perl -MIO::Socket::INET -MTime::HiRes=time -e '
		for (my $answer = ""; $answer !~ m{^HTTP/1.1 200};) {
			my $web = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]") or die "nginx does not answer\n";
			print $web "GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
			$answer = <$web>;
			select(undef, undef, undef, 0.001);
		}
		printf("%.1f\n", time * 1000 - $ARGV[1] / 1e6)' "$port" "$_from"
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
	: >"$work/first"
	: >"$work/signs"
	for i in 1 2 3 4 5 6 7 8 9; do
		web_again >>"$work/starts"
		sign_in_again >>"$work/first"
		# The process knows by now that the password is right, and does not hash it again.
		sign_in_again >>"$work/signs"
	done
	within "a web process, from its start to its first page, ms" "$(median <"$work/starts")" 50
	within "a sign-in without its hash, ms" "$(median <"$work/signs")" 10
	say "the first sign-in of a process, with its hash, ms: $(median <"$work/first")"
	site_stop "$site"
}
