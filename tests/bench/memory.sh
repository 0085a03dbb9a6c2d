# What processes of a site take; for bench.sh and sizing.sh.

# peak NAME: the largest peak of resident memory of the processes of one pool, in KiB.
peak() {
	_pid=$(proc_pid "$site" "$1")
	# shellcheck disable=SC2013
	for _child in $(cat "/proc/$_pid/task/$_pid/children"); do
		sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$_child/status"
	done | sort -n | tail -n 1
}
