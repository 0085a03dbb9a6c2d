/* A mapping says what the columns of a foreign file mean.  Each source column is one of ours,
 * is ignored, or is split into two of ours.  A column that the file lacks can have one value
 * for all rows.  The API, the command line and a job write a mapping as texts:
 *
 *   map=SOURCE:column, map=SOURCE:ignore   SOURCE as the header has it; it may hold a colon
 *   map=SOURCE:_delete                     of an update: 1 deletes the row's user
 *   split=SOURCE:lastname,firstname        "Last, First"; without a comma at the first blank
 *   set=column:value
 */
#ifndef CSV_MAPPING_H
#define CSV_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "csv/field.h"

enum mapping_to { MAPPING_COLUMN, MAPPING_IGNORED, MAPPING_SPLIT, MAPPING_DELETES };

struct mapping_source {
	const char *name;
	enum mapping_to to;
	enum field_id field, second;	/* of a column and of a split; second: of a split */
};

struct mapping_fixed {
	enum field_id field;
	const char *value;
};

struct mapping {
	struct mapping_source *sources;
	size_t n_sources, room;
	struct mapping_fixed fixed[FIELD__MAX];
	size_t n_fixed;
};

/* Add one text to a mapping, which the caller has zero-initialized; its parts live in `mem`.
 * Return NULL, or in English what is wrong with the text. */
const char *mapping_map(struct mapping *m, struct arena *mem, const char *text);
const char *mapping_split(struct mapping *m, struct arena *mem, const char *text);
const char *mapping_set(struct mapping *m, struct arena *mem, const char *text);

/* What the mapping says about a name of the header (blanks around it trimmed); NULL: nothing. */
const struct mapping_source *mapping_find(const struct mapping *m, const char *name, size_t n);

/* Splits a cell into its two parts, trimmed, in `mem`; *second is "" if there is only one. */
void mapping_parts(struct arena *mem, const char *cell, const char **first, const char **second);

#endif
