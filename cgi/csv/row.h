/* A record becomes a row: each cell checked by its column's type.
 *
 * Rules over several columns, existence and uniqueness are SQL's (sql/). */
#ifndef CSV_ROW_H
#define CSV_ROW_H

#include "csv/reader.h"
#include "csv/value.h"

struct row {
	long number;
	long line;
	struct value values[FIELD__MAX];
};

/* Checks a record's cells into `out` (texts live in `mem`, which the caller
 * resets between rows) and gives each error and row warning to `sink->issue`:
 * cells, missing, invalid, choice, range, masked.  Does: the count of cells
 * (too few or too many: one `cells` error, no cell is judged), old column
 * call_record_enabled spread over the four it stands for, the mask on import.
 * On import uuid and provisioning_code are left VALUE_ABSENT (the reader
 * warned once).  Returns the number of errors it gave. */
int row_check(enum reader_kind kind, const struct header *h,
    const struct record *r, bool guard, struct arena *mem, struct row *out,
    const struct reader_sink *sink);

#endif
