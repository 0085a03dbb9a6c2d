/* Percent-encoding (RFC 3986). */
#ifndef HTTP_PERCENT_H
#define HTTP_PERCENT_H

#include <stdbool.h>
#include <stddef.h>

/* Decodes n bytes into `out` (n + 1 bytes of room; a NUL is set behind them),
 * with `plus` also "+" to a blank, and sets *len.  Returns 0, or -1 where a
 * "%" has no two hexadecimal digits. */
int percent_decode(char *out, const char *s, size_t n, bool plus, size_t *len);

#endif
