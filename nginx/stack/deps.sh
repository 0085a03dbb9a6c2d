#!/bin/sh
# deps.sh PACKAGE...: installs those of Debian's packages that are missing.  Node and
# npm may come from elsewhere: a node of 18 or later on the PATH is enough.
set -eu
# Asked once for all: each call reads dpkg's whole list.
there=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null) || true
newline='
'
missing=
for package; do
	case $package in
	nodejs) ! node -e 'process.exit(parseInt(process.versions.node) < 18)' 2>/dev/null || continue ;;
	npm) ! command -v npm >/dev/null || continue ;;
	esac
	case $newline$there$newline in
	*"$newline$package installed$newline"*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

echo "Installing:$missing"
root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || {
		echo "Not root, and there is no sudo. As root: apt-get install$missing" >&2
		exit 1
	}
	root="sudo env"
fi
${root:-env} DEBIAN_FRONTEND=noninteractive apt-get update -q
# shellcheck disable=SC2086
${root:-env} DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
