/* How similar a misspelt name is to a known one. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define NEAREST_MAX 64	/* bytes of a name */

/* The number of insertions, deletions and replacements that make the n bytes at `a` the m
 * bytes at `b`.  The case of ASCII letters is ignored.  NEAREST_MAX + 1 if one of them is
 * longer than NEAREST_MAX. */
size_t nearest_distance(const char *a, size_t n, const char *b, size_t m);

/* Whether `name` is in the list, whose names are separated by blanks. */
bool nearest_has(const char *list, const char *name);

/* The name of such a list that is most similar to `name`, in `mem`; NULL if none is similar. */
const char *nearest_name(struct arena *mem, const char *list, const char *name);

#endif
