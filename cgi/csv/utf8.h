/* UTF-8: an incremental check, lengths and cuts. */
#ifndef CSV_UTF8_H
#define CSV_UTF8_H

#include <stdbool.h>
#include <stddef.h>

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

/* Characters (code points) of valid UTF-8. */
size_t utf8_length(const char *s, size_t n);

/* Bytes of the first `max` characters of valid UTF-8. */
size_t utf8_cut(const char *s, size_t n, size_t max);

/* Takes blanks (space, tab, no-break space) off both ends: moves *s and
 * returns the new length. */
size_t utf8_trim(const char **s, size_t n);

#endif
