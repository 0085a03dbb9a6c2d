# The table of seconds by group, of the results of tests/run (NAME PASSED FAILED
# SKIPPED SECONDS a line).
BEGIN { print "\n| group | files | tests | seconds |\n| --- | ---: | ---: | ---: |" }
$1 != "-" {
	group = $1
	sub(/\/.*/, "", group)
	if (!(group in files))
		order[++groups] = group
	files[group]++; tests[group] += $2 + $3; seconds[group] += $5
	all_files++; all_tests += $2 + $3; all_seconds += $5
}
END {
	for (i = 1; i <= groups; i++)
		printf "| %s | %d | %d | %.0f |\n", order[i], files[order[i]], tests[order[i]], seconds[order[i]]
	printf "| all, %d at a time: %d s | %d | %d | %.0f |\n\n", places, elapsed, all_files, all_tests, all_seconds
}
