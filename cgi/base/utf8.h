/* UTF-8 (RFC 3629): decoding, validation (also of a stream), lengths and cuts, invisible
 * characters, normal form. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Decodes the character at `s`; n bytes (at least 1) can be read.  Returns its code point and
 * sets *len to its bytes.  Returns -1 and sets *len to 1 if no valid character begins there:
 * it is cut off, overlong, a surrogate or above U+10FFFF. */
int32_t utf8_decode(const char *s, size_t n, size_t *len);

/* Whether the n bytes are valid UTF-8 (a NUL is valid). */
bool utf8_valid(const char *s, size_t n);

/* Whether the character could end a line, control a terminal or change the direction of text:
 * C0 and C1 controls, line separators, direction marks, U+FEFF. */
bool utf8_unprintable(int32_t c);

/* Whether the n bytes are valid UTF-8 without such characters. */
bool utf8_printable(const char *s, size_t n);

/* --- bytes as they come --------------------------------------------------- */

/* The state between two calls.  Zero-initialize it. */
struct utf8 {
	unsigned char need;	/* continuation bytes to come */
	unsigned char low, high;	/* bounds of the next one */
	unsigned char seen;	/* bytes of the unfinished character so far */
};

/* How many of the n bytes are valid UTF-8 without NUL, before the first bad one; n if all are
 * good.  A character may continue in the next call. */
size_t utf8_check(struct utf8 *u, const char *p, size_t n);

/* Whether the text may end here: no character is incomplete. */
bool utf8_whole(const struct utf8 *u);

/* --- lengths and cuts ----------------------------------------------------- */

/* Characters (code points) of valid UTF-8. */
size_t utf8_length(const char *s, size_t n);

/* Bytes of the first `max` characters of valid UTF-8. */
size_t utf8_cut(const char *s, size_t n, size_t max);

/* --- blanks and what is invisible ----------------------------------------- */

/* Trims blanks (white space of any kind) and invisible characters (Unicode Cf and Cc) at both
 * ends: moves *s and returns the new length. */
size_t utf8_trim(const char **s, size_t n);

/* The same, but trims only invisible characters: for free text, whose blanks count. */
size_t utf8_trim_invisible(const char **s, size_t n);

/* Whether the n bytes show nothing: they are only blanks, invisible characters and fillers. */
bool utf8_blank(const char *s, size_t n);

/* The code point of the first character of Cf or Cc in valid UTF-8; -1 if there is none. */
int32_t utf8_find_invisible(const char *s, size_t n);

/* Whether a character of valid UTF-8 is white space of any kind. */
bool utf8_space(int32_t c);

/* --- normal form ---------------------------------------------------------- */

/* The text in normal form NFC, in `mem`; `s` itself if it is ASCII or not valid UTF-8. */
const char *utf8_nfc(struct arena *mem, const char *s);

#endif
