/* UTF-8: one character, and whether a text is sound. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character that begins at `s`, of which `n` bytes (at least 1) are there:
 * its code point, and its bytes in *len.  -1 and *len 1 where no sound
 * character begins there: short, overlong, a surrogate, beyond U+10FFFF. */
int32_t utf8_decode(const char *s, size_t n, size_t *len);

/* Whether the n bytes are sound UTF-8 (a NUL is sound). */
bool utf8_valid(const char *s, size_t n);

/* Characters that could end a line, steer a terminal or turn text around:
 * C0 and C1 controls, line separators, direction marks, U+FEFF. */
bool utf8_unprintable(int32_t c);

#endif
