# The section passwords of bench.sh: a file of PASSWORDS=1000 plain passwords, beside what the
# cores could do if they hashed and did nothing else.

# with_passwords N: prints rows with a login.
with_passwords() {
	rows "$1" | awk 'NR == 1 { print $0 ",username,password"; next } { print $0 ",login" NR ",Secret-" NR "-word" }'
}

passwords_section() {
	n=${PASSWORDS:-1000}
	few=$((n / 10))
	with_passwords "$n" >"$work/passwords.csv"
	bench_site
	whole=$(send import "$work/passwords.csv" 'users were created') || exit 1
	say "$n passwords: $whole s, worker $(($(peak worker) / 1024)) MB"
	site_stop "$site"
	# One hash is what a single process needs for a few more than for the same rows without them.
	rows "$few" >"$work/without.csv"
	with_passwords "$few" >"$work/with.csv"
	for file in without with; do
		bench_site 'hash_processes = 1'
		send import "$work/$file.csv" 'users were created' >"$work/seconds_$file" || exit 1
		site_stop "$site"
	done
	one=$(cat "$work/seconds_with" "$work/seconds_without" | awk -v few="$few" 'NR == 1 { with = $1 } NR == 2 { print (with - $1) / few }')
	say "one hash: $(echo "$one" | awk '{ printf "%.1f", $1 * 1000 }') ms"
	within "passwords, by 0.9 of what the cores can hash" \
		"$(echo "$whole $one" | awk -v n="$n" -v cores="$(nproc)" '{ printf "%.2f", 0.9 * cores / $2 / (n / $1) }')" 1
}
