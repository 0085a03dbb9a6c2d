/* Writes a file that was read again, with columns added: one before all others, and ours in
 * place of the file's or after them.  RFC 4180 except for the separator.
 *
 * An import reads the same values from both files.  The formula guard (csv/spreadsheet.h) of
 * each value is set anew, so that a spreadsheet runs nothing.  Names stay as the file has them;
 * a column `_errors` of an earlier report is left out. */
#ifndef CSV_REWRITE_H
#define CSV_REWRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "csv/reader.h"

struct rewrite {
	const char *front;	/* name of the column before all others; NULL: none */
	const enum field_id *own;	/* the n columns that are added or replaced */
	size_t n;
	char separator;
	bool raw;		/* the file's values have no guard that must be removed first */
};

/* Adds the header. */
void rewrite_header(struct buf *out, const struct rewrite *w, const struct header *h);

/* Adds a record, with `front` in the column before all others and values[i] (NULL: an empty
 * cell) in own[i].  A record whose cells do not fit the header keeps all of them: it must not
 * fit the new header either. */
void rewrite_record(struct buf *out, const struct rewrite *w, const struct header *h,
    const struct record *r, const char *front, const char *const *values);

#endif
