# The section passwords of bench.sh: a file of PASSWORDS=1000 plain passwords, beside what the
# cores could do if they hashed and did nothing else.

passwords_section() {
	n=${PASSWORDS:-1000}
	rows "$n" | awk 'NR == 1 { print $0 ",username,password"; next } { print $0 ",login" NR ",Secret-" NR "-word" }' \
		>"$work/passwords.csv"
	bench_site
	send import "$work/passwords.csv" 'users were created' >"$work/seconds_passwords" || exit 1
	cluster_sql "$cluster" bench -At -c "SELECT password_hash FROM users LIMIT 1" >"$work/hash"
	# The setting of the hashes that it made, on one core.
	perl -MTime::HiRes=time -e '
		my ($cores, $seconds, $n) = @ARGV;
		chomp(my $hash = <STDIN>);
		my $began = time;
		crypt("Secret-$_-word", $hash) for 1 .. 20;
		my $one = (time - $began) / 20;
		printf "%.4f %.2f\n", $one, $cores / $one / ($n / $seconds) * 0.9' \
		"$(nproc)" "$(cat "$work/seconds_passwords")" "$n" <"$work/hash" >"$work/rate"
	say "$n passwords: $(cat "$work/seconds_passwords") s; one hash $(cut -d ' ' -f 1 "$work/rate") s," \
		"worker $(($(peak worker) / 1024)) MB"
	within "passwords, by 0.9 of what the cores can hash" "$(cut -d ' ' -f 2 "$work/rate")" 1
	site_stop "$site"
}
