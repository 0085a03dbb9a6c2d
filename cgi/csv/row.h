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
	long width;		/* cells, empty ones at the end too; 0: they do not fit */
	bool deletes;		/* of an update: its column _delete says so; only its key is judged */
	struct value values[FIELD__MAX];
};

/* Whether a record has a cell for each column, so that each stands under its
 * own.  Empty ones behind the last column do not count, nor do columns without
 * a name at the end. */
bool row_fits(const struct header *h, const struct record *r);

/* What call_record_enabled of older files stands for. */
#define ROW_SPREAD 4
extern const enum field_id row_spread[ROW_SPREAD];

/* Checks a record's cells into `out` (texts live in `mem`, which the caller
 * resets between rows) and gives each error and row warning to `sink->issue`,
 * in the order of the header: cells, missing, invalid, choice, range, masked, quotes.
 *
 * The count of cells: too few or too many are one `cells` error, and no cell is
 * judged (empty ones behind the last column do not count).  Missing: firstname,
 * on update what finds the user too, unless the row may make one; what a resource requires is SQL's to say.  Old column
 * call_record_enabled is spread over those of its four that the file lacks.  A
 * masked secret is VALUE_EMPTY with a warning on import and VALUE_ABSENT ("as
 * it is") on update.  On import uuid and provisioning_code are left VALUE_ABSENT (the
 * reader warned once); on update the latter is as the file has it, and
 * the uuid is VALUE_ABSENT where another column finds the users.
 *
 * Columns of issues have their new names; values are cut for showing.  Once
 * sink->issue says stop it is not called again.  Returns the number of errors
 * it gave. */
int row_check(enum reader_kind kind, const struct header *h,
    const struct record *r, bool guard, struct arena *mem, struct row *out,
    const struct reader_sink *sink);

#endif
