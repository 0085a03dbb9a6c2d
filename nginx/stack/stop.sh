#!/bin/sh
# `make stop`: ends what `make run` started in RUN_DIR.  The data stays.
. "$(dirname "$0")/lib.sh"

case ${RUN_DIR:=.run} in
/*) dir=$RUN_DIR ;;
*) dir=$top/$RUN_DIR ;;
esac
[ -d "$dir" ] || { say "nothing runs in $dir"; exit 0; }
site_stop "$dir"
cluster_stop "$dir" || die "the database does not stop"
say "stopped; the data stays in $dir"
