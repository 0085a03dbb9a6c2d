#!/bin/sh
# do.sh FUNCTION ARGUMENTS...: one function of lib.sh, for the tests.
# ROLLCALL names the program.
. "$(dirname "$0")/lib.sh"
ROLLCALL=${ROLLCALL:-$top/build/rollcall}
"$@"
