/* What the columns of a file of others mean: each source column is one of ours, is
 * ignored, or is split into two of ours; columns that the file lacks may have one value
 * for all rows.  The API, the command line and a job have it as texts:
 *
 *   map=SOURCE:column, map=SOURCE:ignore   SOURCE as the header has it; it may hold a colon
 *   split=SOURCE:lastname,firstname        "Last, First"; without a comma at the first blank
 *   set=column:value
 */
#ifndef CSV_MAPPING_H
#define CSV_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "csv/field.h"

enum mapping_to { MAPPING_COLUMN, MAPPING_IGNORED, MAPPING_SPLIT };

struct mapping_source {
	const char *name;
	enum mapping_to to;
	enum field_id field, second;	/* second: of a split */
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

/* Add what one text says to a mapping, which is zero-initialized at first; all live in
 * `mem`.  Return NULL, or the English of what is wrong with the text. */
const char *mapping_map(struct mapping *m, struct arena *mem, const char *text);
const char *mapping_split(struct mapping *m, struct arena *mem, const char *text);
const char *mapping_set(struct mapping *m, struct arena *mem, const char *text);

/* What it says of a name of the header (blanks around it trimmed); NULL: nothing. */
const struct mapping_source *mapping_find(const struct mapping *m, const char *name, size_t n);

/* Whether a column of ours may have one value for all rows: no secret, and no name or number
 * that is somebody's own. */
bool mapping_may_fix(enum field_id id);

/* The two parts of a split cell, without blanks around them; the second is "" where
 * there is but one. */
void mapping_parts(struct arena *mem, const char *cell, const char **first, const char **second);

#endif
