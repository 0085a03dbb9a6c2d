/* What the columns of a file of others probably mean: by their names, else by the shape of
 * their values. */
#ifndef CSV_SUGGEST_H
#define CSV_SUGGEST_H

#include <stddef.h>

#include "csv/mapping.h"

/* Values that are looked at, of each column. */
#define SUGGEST_SAMPLES 30

struct suggest_column {
	const char *name;	/* as the header has it */
	size_t n;
	const char *samples[SUGGEST_SAMPLES];	/* the first that are not empty */
	struct mapping_source found;	/* set by suggest_columns; name is the same */
};

/* Sets what each of the n columns may be; no column of ours twice.  One that nothing
 * speaks for is to be ignored. */
void suggest_columns(struct suggest_column *columns, size_t n);

#endif
