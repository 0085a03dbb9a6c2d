/* Percent-encoding (RFC 3986). */
#ifndef HTTP_PERCENT_H
#define HTTP_PERCENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Decodes n bytes into `out` (n + 1 bytes of room; a NUL is set behind them),
 * with `plus` also "+" to a blank, and sets *len.  Returns 0, or -1 if a
 * "%" has no two hexadecimal digits. */
int percent_decode(char *out, const char *s, size_t n, bool plus, size_t *len);

/* Adds `s` to `out`, with all bytes but ASCII letters, digits and those of `plain`
 * encoded. */
void percent_encode(struct buf *out, const char *s, const char *plain);

/* What may stay as it is: in a path; in a whole address, "%" included, as it is encoded
 * already; in a value of a header's parameter (RFC 8187). */
#define PERCENT_PATH	"-._~/:@!$&'()*+,;="
#define PERCENT_ADDRESS	PERCENT_PATH "?#[]%"
#define PERCENT_VALUE	"-._"

#endif
