/* What people call our columns: csv/synonyms.def. */
#ifndef CSV_SYNONYM_H
#define CSV_SYNONYM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "csv/field.h"

/* Adds the letters and digits of a name, small and without accents: what counts when names
 * are compared. */
void synonym_fold(struct buf *out, const char *name, size_t n);

enum synonym_kind { SYNONYM_NONE, SYNONYM_COLUMN, SYNONYM_SPLIT };

/* Looks a name of the n bytes up, the columns' own names too.  *id is set for a column; *id
 * and *second, in their order, for a cell that holds two. */
enum synonym_kind synonym_find(const char *name, size_t n, enum field_id *id, enum field_id *second);

#endif
