/* A file that was read is written once more with cells of ours: a column in
 * front, columns in place of the file's or behind them.  RFC 4180 but for the separator.
 *
 * What is written reads as the file did: of each value the formula guard
 * (csv/value.h) is set anew, so that a spreadsheet runs nothing.  Names stay as
 * the file has them; a column `_errors` of an earlier report is left out. */
#ifndef CSV_REWRITE_H
#define CSV_REWRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "csv/reader.h"

struct rewrite {
	const char *front;	/* name of a column before all others; NULL: none */
	const enum field_id *own;	/* columns whose cells are ours, n of them */
	size_t n;
	char separator;
	bool raw;		/* the file's values have no guard to be taken off */
};

/* Adds the header. */
void rewrite_header(struct buf *out, const struct rewrite *w, const struct header *h);

/* Adds a record: `front` in the column before all others, values[i] (NULL is an
 * empty cell) in own[i].  A record whose cells do not fit the header keeps them
 * all, as it must not fit the new one either. */
void rewrite_record(struct buf *out, const struct rewrite *w, const struct header *h,
    const struct record *r, const char *front, const char *const *values);

#endif
