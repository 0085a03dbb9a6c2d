/* Rows that have the same names in them (entity, contexts, site, CTI profile) have a number in common, so
 * that what these names mean is looked up once for all of them. */
#ifndef USERS_NAME_SET_H
#define USERS_NAME_SET_H

#include <stdbool.h>

#include "csv/row.h"

struct name_sets;

struct name_sets *name_sets_new(void);
void name_sets_free(struct name_sets *s);

/* The number, from 1, of the names of a row; *first: no row before had this number.  Some thousand sets are
 * kept in memory: in a file with more of them, one that comes again can have another number. */
long name_sets_number(struct name_sets *s, const struct row *row, bool *first);

#endif
