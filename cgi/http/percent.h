/* Percent-encoding (RFC 3986). */
#ifndef HTTP_PERCENT_H
#define HTTP_PERCENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Decodes n bytes into `out`, which has room for n + 1 bytes, adds a NUL, and sets *len.  With
 * `plus` a "+" becomes a blank.  Returns 0, or -1 if a "%" is not followed by two hexadecimal
 * digits. */
int percent_decode(char *out, const char *s, size_t n, bool plus, size_t *len);

/* Adds `s` to `out`, with all bytes but ASCII letters, digits and those of `plain`
 * encoded. */
void percent_encode(struct buf *out, const char *s, const char *plain);

/* The characters that are not encoded: in a path; in a whole address that is encoded already,
 * so "%" is one of them; in the value of a header's parameter (RFC 8187). */
#define PERCENT_PATH	"-._~/:@!$&'()*+,;="
#define PERCENT_ADDRESS	PERCENT_PATH "?#[]%"
#define PERCENT_VALUE	"-._"

#endif
