/* CSV out: strict RFC 4180, quotes only where needed, CRLF. */
#include "csv/writer.h"

#include <string.h>

#include "base/utf8.h"
#include "csv/quotes.h"
#include "csv/value.h"

static bool special(char c)
{
	return c == '"' || c == ',' || c == '\r' || c == '\n';
}

/* Besides the four characters, a cell of blanks: alone on a line it would be a
 * blank line. */
static bool quotes_needed(const char *p, size_t n)
{
	const char *text = p;

	for (size_t i = 0; i < n; i++) {
		if (special(p[i]))
			return true;
	}
	return n > 0 && utf8_trim(&text, n) == 0;
}

static void add_cell(struct buf *out, bool first, const char *bytes, size_t n, bool guard,
    bool quote)
{
	bool add_guard = guard && value_guard_needed(bytes, n);

	/* In ' or typographic quotes it would be warned of. */
	quote = quote || quotes_around(bytes, n) || (add_guard && bytes[n - 1] == '\'');

	if (!first)
		buf_addch(out, ',');
	if (!quote) {
		if (add_guard)
			buf_addch(out, '\'');
		buf_add(out, bytes, n);
		return;
	}
	buf_adds(out, add_guard ? "\"'" : "\"");
	quotes_double(out, bytes, n);
	buf_addch(out, '"');
}

void writer_cell(struct buf *out, bool first, const char *bytes, size_t n, bool guard)
{
	add_cell(out, first, bytes, n, guard, quotes_needed(bytes, n));
}

void writer_name(struct buf *out, bool first, const char *name, bool guard)
{
	size_t n = strlen(name);

	add_cell(out, first, name, n, guard, quotes_needed(name, n) || strpbrk(name, ";\t|") != NULL);
}

void writer_end(struct buf *out)
{
	buf_adds(out, "\r\n");
}

void writer_list(struct buf *out, size_t n, const char *const *items)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addch(out, ';');
		for (const char *p = items[i]; *p != '\0'; p++) {
			if (*p == ';' || *p == '\\')
				buf_addch(out, '\\');
			buf_addch(out, *p);
		}
	}
}
