#!/bin/sh
# do.sh FUNCTION ARGUMENTS...: one function of lib.sh, for the tests.
# ROLLCALL names the program.
. "${0%/*}/lib.sh"
ROLLCALL=${ROLLCALL:-$top/build/rollcall}
"$@"
