/* Names of downloads, after the file that was sent.  Contract: page.h. */
#include "pages/page.h"

#include <string.h>

/* As one of a file in no folder, that any system takes. */
static char *safe_name(struct page *p, const char *name)
{
	char *safe = arena_strdup(p->mem, *name != '\0' ? name : "file.csv");

	for (char *c = safe; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f || strchr("/\\:*?\"<>|", *c) != NULL
		    || (c == safe && *c == '.'))
			*c = '_';
	return safe;
}

const char *page_file_name(struct page *p, const char *sent, const char *end)
{
	const char *name = safe_name(p, sent), *dot = strrchr(name, '.');
	size_t n = dot != NULL ? (size_t)(dot - name) : strlen(name);

	return end == NULL ? name : arena_printf(p->mem, "%.*s-%s", (int)n, name, end);
}
