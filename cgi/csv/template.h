/* The template file: all columns that an import or an update reads. */
#ifndef CSV_TEMPLATE_H
#define CSV_TEMPLATE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "csv/reader.h"

/* Whether a file of this kind can have the column and the column is not ignored. */
bool template_has(enum reader_kind kind, const struct field *f);

/* The file with the rows of the examples, relative to the setting share_dir. */
#define TEMPLATE_EXAMPLES "static/examples/all.csv"

/* Adds the header, and below it the rows of the CSV file `examples` (NULL:
 * none), each cell in its column.  Returns 0, or -1 if that file cannot be
 * used. */
int template_write(struct buf *out, enum reader_kind kind, char separator, const char *examples, struct err *e);

#endif
