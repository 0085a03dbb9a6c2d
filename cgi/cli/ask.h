/* Asking for a password, so that it is in no argument list. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include <stddef.h>

#include "base/err.h"

/* Reads a password: from the terminal, twice and without echo, where standard
 * input is one; else one line of standard input.  The caller wipes `out`.
 * Returns 0, or -1 with ERR_INVALID or ERR_IO. */
int ask_password(const char *whose, char *out, size_t size, struct err *e);

#endif
