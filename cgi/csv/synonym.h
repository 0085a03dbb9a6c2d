/* Other names of the columns: csv/synonyms.def. */
#ifndef CSV_SYNONYM_H
#define CSV_SYNONYM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "csv/field.h"

enum synonym_kind { SYNONYM_NONE, SYNONYM_COLUMN, SYNONYM_SPLIT };

/* Looks up a name of n bytes among these and the columns' own names.  Sets *id for a column;
 * *id and *second, in the order of the cell, for a cell that holds two.  A name that is not found is
 * looked up again without its notes: "Prénom (obligatoire)", "First name *required*", "Nom / Name". */
enum synonym_kind synonym_find(const char *name, size_t n, enum field_id *id, enum field_id *second);

/* The same, but with all that the name says. */
enum synonym_kind synonym_find_whole(const char *name, size_t n, enum field_id *id, enum field_id *second);

#endif
