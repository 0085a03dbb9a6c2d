/* How far a misspelt name is from one that there is. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

#define NEAREST_MAX 64	/* bytes of a name */

/* Insertions, deletions and replacements from the n bytes of one to the m bytes of
 * the other; the case of ASCII does not count.  NEAREST_MAX + 1 where one is
 * longer than NEAREST_MAX. */
size_t nearest_distance(const char *a, size_t n, const char *b, size_t m);

#endif
