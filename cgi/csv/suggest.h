/* Proposes what the columns of a foreign file mean: by their names, else by the form of their
 * values. */
#ifndef CSV_SUGGEST_H
#define CSV_SUGGEST_H

#include <stddef.h>

#include "csv/mapping.h"

/* How many values of each column are looked at. */
#define SUGGEST_SAMPLES 30

struct suggest_column {
	const char *name;	/* as the header has it */
	size_t n;
	const char *samples[SUGGEST_SAMPLES];	/* the first that are not empty */
	struct mapping_source found;	/* set by suggest_columns; name is the same */
};

/* Sets `found` of each of the n columns.  No column of ours is proposed twice; a column without
 * a proposal is ignored. */
void suggest_columns(struct suggest_column *columns, size_t n);

#endif
