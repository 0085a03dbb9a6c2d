# Counts one program's TAP: prints "passed failed skipped".
# node --test nests its tests, and sums them up in comments at the end: those
# count.  A plan that was not kept and a bad exit status are failures too.
/^(not )?ok / {
	seen++
	if (/# *(SKIP|skip|TODO|todo)/) skip++
	else if (/^ok/) pass++
	else fail++
}
/^1\.\.[0-9]+/ { plan = substr($1, 4) + 0; planned = 1 }
/^# pass [0-9]+$/ { node = 1; npass = $3 }
/^# (fail|cancelled) [0-9]+$/ { nfail += $3 }
/^# (skipped|todo) [0-9]+$/ { nskip += $3 }
END {
	if (node) { pass = npass; fail = nfail; skip = nskip }
	else if (planned && plan != seen) fail += plan > seen ? plan - seen : 1
	else if (!planned) fail++
	if (status != 0 && fail == 0) fail = 1
	print pass + 0, fail + 0, skip + 0
}
