#!/bin/sh
# import.sh URL USERNAME PASSWORD FILE: signs in as a browser would, sends FILE by
# the import form, waits for the job and prints its report as text.  FORM=update takes
# the form of the update; FORM=export writes the export to FILE.  Where TIMING names a
# file, the seconds from the first byte sent to the answer go there.  PATIENCE: for so many seconds
# (60) a job may go on after the form's wait.
set -eu
url=$1 user=$2 password=$3 file=$4
jar=$(mktemp) page=$(mktemp)
trap 'rm -f "$jar" "$page"' EXIT

# Each answer goes to $page; prints the status, the seconds and where it redirects to.
ask() {
	curl -s -S --max-time 120 -b "$jar" -c "$jar" -o "$page" -w '%{http_code} %{time_total} %{redirect_url}' "$@"
}
fail() {
	echo "import: $*" >&2
	exit 1
}
csrf() {
	tr '\n' ' ' <"$page" | sed -n 's/.*<input[^>]*name="csrf"[^>]*value="\([^"]*\)".*/\1/p'
}

ask "$url/login" >/dev/null
set -- $(ask --data-urlencode "csrf=$(csrf)" --data-urlencode "username=$user" \
	--data-urlencode "password=$password" "$url/login")
[ "$1" = 303 ] || fail "signing in as $user was answered with $1"

form=$url/services/ipbx/users/${FORM:-import}
if [ "${FORM:-}" = export ]; then
	set -- $(ask "$form")
	[ "$1" = 200 ] || fail "the export was answered with $1"
	[ -z "${TIMING:-}" ] || echo "$2" >"$TIMING"
	cp "$page" "$file"
	exit
fi
set -- $(ask "${form%%\?*}")
[ "$1" = 200 ] || fail "the form was answered with $1"
nonce=$(tr '\n' ' ' <"$page" | sed -n 's/.*<input[^>]*name="nonce"[^>]*value="\([^"]*\)".*/\1/p')
set -- $(ask -F "csrf=$(csrf)" -F "nonce=$nonce" -F "file=@$file;type=text/csv" "$form")
[ "$1" = 303 ] || fail "the file was answered with $1"
[ -z "${TIMING:-}" ] || echo "$2" >"$TIMING"
job=$3

# A job that outlasts the form's wait ends in the background.
n=0
while :; do
	set -- $(ask "$job")
	[ "$1" = 200 ] || fail "the report was answered with $1"
	grep -q 'http-equiv="refresh"' "$page" || break
	n=$((n + 1))
	[ $n -lt "${PATIENCE:-60}" ] || fail "the job does not end: $job"
	sleep 1
done
echo "$job"
tr '\n' ' ' <"$page" |
	sed -e 's/.*<main[^>]*>//; s/<\/main>.*//' -e 's/[ \t]\+/ /g' \
	    -e 's/<\/\(dt\|td\|th\|a\|button\)>/  /g; s/<\/\(p\|h[1-6]\|li\|dd\|tr\|caption\|nav\|div\|ul\)>/\n/g' \
	    -e 's/<[^>]*>//g' |
	sed -e 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#39;/'"'"'/g; s/&nbsp;/ /g; s/&amp;/\&/g' \
	    -e 's/^ *//; s/ *$//; /^$/d'
