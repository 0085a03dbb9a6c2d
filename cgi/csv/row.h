/* A record becomes a row: each cell is checked by the type of its column.
 *
 * Rules over several columns, existence and uniqueness are checked in SQL (sql/). */
#ifndef CSV_ROW_H
#define CSV_ROW_H

#include "csv/reader.h"
#include "csv/value.h"

struct row {
	long number;
	long line;
	long width;		/* the number of cells, with empty ones at the end; 0: it does not fit */
	bool deletes;		/* the column _delete of an update asks for it; only the key is checked */
	struct value values[FIELD__MAX];
};

/* Whether a record has one cell for each column.  Empty cells after the last column, and
 * columns without a name at the end, do not count. */
bool row_fits(const struct header *h, const struct record *r);

/* The columns that call_record_enabled of older files sets. */
#define ROW_SPREAD 4
extern const enum field_id row_spread[ROW_SPREAD];

/* Of list columns that belong together, one item that is given for all items of `whole` becomes the
 * item of each of them: one context for several incoming numbers.  Other lists are not changed. */
void row_each(struct arena *mem, const struct value *whole, struct value *given);

/* Checks a record's cells into `out` (texts live in `mem`, which the caller
 * resets between rows) and gives each error and row warning to `sink->issue`,
 * in the order of the header: cells, missing, invalid, choice, range, masked, quotes.
 *
 *   - Too few or too many cells are one `cells` error, and no cell is checked.
 *   - `missing` is given for firstname, and on update for the key that finds the user unless
 *     the row may make one.  What a resource requires is checked in SQL.
 *   - A value that the mapping sets for all rows is that of each of a row's incoming numbers.
 *   - The old column call_record_enabled sets those of its four columns that the file lacks.
 *   - A masked secret is VALUE_EMPTY with a warning on import, and VALUE_ABSENT ("unchanged")
 *     on update.
 *   - On import uuid and provisioning_code are VALUE_ABSENT (the reader has warned once).  On
 *     update provisioning_code is as in the file, and uuid is VALUE_ABSENT if another column
 *     finds the users.
 *
 * Issues name columns by their new names; values are cut for showing.  Once sink->issue returns
 * false it is not called again.  `guard`: the file may have the guard of an export
 * (csv/spreadsheet.h).  Returns the number of errors that were given. */
int row_check(enum reader_kind kind, const struct header *h,
    const struct record *r, bool guard, struct arena *mem, struct row *out,
    const struct reader_sink *sink);

#endif
