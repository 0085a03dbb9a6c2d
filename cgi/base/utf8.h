/* UTF-8 as RFC 3629 has it: one character, whether a text is sound, an incremental
 * check of bytes as they come, lengths and cuts; and what cannot be seen of a text. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* The character that begins at `s`, of which `n` bytes (at least 1) are there:
 * its code point, and its bytes in *len.  -1 and *len 1 where no sound
 * character begins there: short, overlong, a surrogate, beyond U+10FFFF. */
int32_t utf8_decode(const char *s, size_t n, size_t *len);

/* Whether the n bytes are sound UTF-8 (a NUL is sound). */
bool utf8_valid(const char *s, size_t n);

/* Characters that could end a line, steer a terminal or turn text around:
 * C0 and C1 controls, line separators, direction marks, U+FEFF. */
bool utf8_unprintable(int32_t c);

/* Whether the n bytes are sound UTF-8 without such characters. */
bool utf8_printable(const char *s, size_t n);

/* --- bytes as they come --------------------------------------------------- */

/* The state between two calls.  Zero-initialize it. */
struct utf8 {
	unsigned char need;	/* continuation bytes to come */
	unsigned char low, high;	/* bounds of the next one */
	unsigned char seen;	/* bytes of the unfinished character so far */
};

/* How many of the n bytes are good UTF-8 without NUL, up to the first that is
 * not; n where all are (a character may go on in the next call). */
size_t utf8_check(struct utf8 *u, const char *p, size_t n);

/* Whether the text may end here: no character is unfinished. */
bool utf8_whole(const struct utf8 *u);

/* --- lengths and cuts ----------------------------------------------------- */

/* Characters (code points) of valid UTF-8. */
size_t utf8_length(const char *s, size_t n);

/* Bytes of the first `max` characters of valid UTF-8. */
size_t utf8_cut(const char *s, size_t n, size_t max);

/* --- blanks and what is invisible ----------------------------------------- */

/* Takes blanks (white space of any kind) and invisible characters (Unicode Cf and Cc) off
 * both ends: moves *s and returns the new length. */
size_t utf8_trim(const char **s, size_t n);

/* The same for free text, whose blanks and line breaks count: invisible characters alone. */
size_t utf8_trim_invisible(const char **s, size_t n);

/* Whether the n bytes show nothing: blanks, invisible characters and fillers alone. */
bool utf8_blank(const char *s, size_t n);

/* The first character of Cf or Cc in valid UTF-8; -1: none. */
int32_t utf8_find_invisible(const char *s, size_t n);

/* Whether a character of valid UTF-8 is white space of any kind. */
bool utf8_space(int32_t c);

/* --- normal form ---------------------------------------------------------- */

/* The text in the normal form NFC, in `mem`; `s` itself where it is ASCII. */
const char *utf8_nfc(struct arena *mem, const char *s);

#endif
