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

# web_start: the start of a web process as systemd has it: from the program's start until it says READY=1.
web_start() {
	rm -f "$work/web.sock" "$work/notify"
	perl -MIO::Socket::UNIX -MSocket -MTime::HiRes=time -e '
		my ($work, @command) = @ARGV;
		my $web = IO::Socket::UNIX->new(Local => "$work/web.sock", Listen => 5) or die "no socket\n";
		my $notify = IO::Socket::UNIX->new(Local => "$work/notify", Type => SOCK_DGRAM) or die "no socket\n";
		$ENV{NOTIFY_SOCKET} = "$work/notify";
		local $SIG{ALRM} = sub { die "it does not say that it is ready\n" };
		alarm 10;
		my $began = time;
		my $pid = fork // die "no process\n";
		$pid or open(STDIN, "<&", $web) && exec @command or die "it does not start\n";
		my $said = "";
		recv $notify, $said, 4096, 0 until $said =~ /^READY=1$/m;
		printf "%.1f\n", (time - $began) * 1000;
		kill TERM => $pid;
		waitpid $pid, 0' "$work" "$ROLLCALL" --config "$site/rollcall.conf" web
}

# web_again: the time from the end of a web process until the one that multiwatch starts in its place has
# answered.  The request waits at the socket meanwhile.
web_again() {
	_watch=$(proc_pid "$site" pages)
	perl -MIO::Socket::INET -MTime::HiRes=time -e '
		my ($port, $web) = @ARGV;
		kill KILL => $web or die "there is no web process\n";
		my $began = time;
		my $client = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") or die "nginx does not answer\n";
		print $client "GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
		<$client> =~ m{^HTTP/1.1 200} or die "no page came\n";
		printf "%.1f\n", (time - $began) * 1000' "$port" \
		"$(cat "/proc/$_watch/task/$_watch/children")"
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
	: >"$work/again"
	: >"$work/first"
	: >"$work/signs"
	for i in 1 2 3 4 5 6 7 8 9; do
		web_start >>"$work/starts" || die "a web process did not start"
		web_again >>"$work/again" || die "a web process did not come back"
		sign_in_again >>"$work/first"
		# The process knows by now that the password is right, and does not hash it again.
		sign_in_again >>"$work/signs"
	done
	within "a web process, until it is ready, ms" "$(median <"$work/starts")" 50
	say "from the end of a web process to the first page of the next one, ms: $(median <"$work/again")"
	within "a sign-in without its hash, ms" "$(median <"$work/signs")" 10
	say "the first sign-in of a process, with its hash, ms: $(median <"$work/first")"
	site_stop "$site"
}
