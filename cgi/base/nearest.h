/* How similar a misspelt name is to a known one. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

#define NEAREST_MAX 64	/* bytes of a name */

/* The number of insertions, deletions and replacements that make the n bytes at `a` the m
 * bytes at `b`.  The case of ASCII letters is ignored.  NEAREST_MAX + 1 if one of them is
 * longer than NEAREST_MAX. */
size_t nearest_distance(const char *a, size_t n, const char *b, size_t m);

#endif
