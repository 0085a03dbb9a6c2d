/* The edit distance of two names, computed with one row of the table.
 * Contract: nearest.h. */
#include "base/nearest.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t nearest_distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t costs[NEAREST_MAX + 1];

	if (n > NEAREST_MAX || m > NEAREST_MAX)
		return NEAREST_MAX + 1;
	for (size_t j = 0; j <= m; j++)
		costs[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t diagonal = costs[0];
		costs[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t above = costs[j];
			size_t change = lower(a[i - 1]) != lower(b[j - 1]);
			costs[j] = least(least(above, costs[j - 1]) + 1, diagonal + change);
			diagonal = above;
		}
	}
	return costs[m];
}
