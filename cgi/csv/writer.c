/* Writes CSV.  Contract: writer.h. */
#include "csv/writer.h"

#include <string.h>

#include "base/utf8.h"
#include "csv/quotes.h"
#include "csv/spreadsheet.h"

char writer_separator(const char *word)
{
	if (word == NULL || strcmp(word, "comma") == 0)
		return ',';
	return strcmp(word, "semicolon") == 0 ? ';' : strcmp(word, "tab") == 0 ? '\t' : '\0';
}

char writer_like(char separator)
{
	return separator == ';' || separator == '\t' ? separator : ',';
}

static char given(char separator)
{
	return separator != '\0' ? separator : ',';
}

/* Quotes are needed for the separator, quotes and line ends; for a tab, which many programs
 * accept as a separator beside another one; and for a cell of blanks: alone in its record it
 * would be a blank line. */
static bool quotes_needed(char separator, const char *p, size_t n)
{
	const char *text = p;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '"' || p[i] == separator || p[i] == '\t' || p[i] == '\r' || p[i] == '\n')
			return true;
	}
	return n > 0 && utf8_trim(&text, n) == 0;
}

static void add_cell(struct buf *out, char separator, bool first, const char *bytes, size_t n, bool guard,
    bool quote)
{
	struct buf guarded = {0};

	if (guard && spreadsheet_unsafe(bytes, n)) {
		spreadsheet_guard(&guarded, bytes, n);
		bytes = guarded.data;
		n = guarded.len;
	}
	if (!first)
		buf_addch(out, separator);
	/* The reader warns of an unquoted cell in ' or typographic quotes. */
	if (quote || quotes_around(bytes, n)) {
		buf_addch(out, '"');
		quotes_double(out, bytes, n);
		buf_addch(out, '"');
	} else {
		buf_add(out, bytes, n);
	}
	buf_free(&guarded);
}

void writer_cell(struct buf *out, char separator, bool first, const char *bytes, size_t n, bool guard)
{
	separator = given(separator);
	add_cell(out, separator, first, bytes, n, guard, quotes_needed(separator, bytes, n));
}

void writer_name(struct buf *out, char separator, bool first, const char *name, bool guard)
{
	size_t n = strlen(name);

	bool quote = quotes_needed(given(separator), name, n) || strpbrk(name, ",;\t|") != NULL;

	add_cell(out, given(separator), first, name, n, guard, quote);
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
