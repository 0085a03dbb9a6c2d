/* The edit distance of two names, computed with one row of the table; lists of names.
 * Contract: nearest.h. */
#include "base/nearest.h"

#include <string.h>

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

/* The next name of a list "one two three" and its length; moves *list behind it. */
static size_t next_name(const char **list, const char **name)
{
	*name = *list + strspn(*list, " ");
	size_t n = strcspn(*name, " ");

	*list = *name + n;
	return n;
}

bool nearest_has(const char *list, const char *name)
{
	const char *each;
	size_t n;

	while ((n = next_name(&list, &each)) > 0)
		if (strlen(name) == n && memcmp(each, name, n) == 0)
			return true;
	return false;
}

const char *nearest_name(struct arena *mem, const char *list, const char *name)
{
	size_t n, len = strlen(name), best = len / 3 + 2;
	const char *each, *near = NULL;

	while ((n = next_name(&list, &each)) > 0) {
		size_t distance = nearest_distance(each, n, name, len);

		if (distance >= best)
			continue;
		best = distance;
		near = arena_strndup(mem, each, n);
	}
	return near;
}
