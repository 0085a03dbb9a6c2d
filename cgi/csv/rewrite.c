/* Writes a file again with columns added.  Contract: rewrite.h. */
#include "csv/rewrite.h"

#include <string.h>

#include "csv/row.h"
#include "csv/spreadsheet.h"
#include "csv/writer.h"

#define NOT_OURS ((size_t)-1)

static bool left_out(const struct header *h, size_t i)
{
	return i < h->n && h->columns[i].kind == FIELD_REPORT;
}

/* The index in `own` of the column that replaces the file's column i; NOT_OURS if none does. */
static size_t ours(const struct rewrite *w, const struct header *h, size_t i)
{
	for (size_t k = 0; k < w->n; k++)
		if (h->of_field[w->own[k]] == (int)i)
			return k;
	return NOT_OURS;
}

/* Adds a cell of the file, or with `name` a name of its header, with its guard set anew. */
static void add_again(struct buf *out, bool *first, const struct rewrite *w, const char *text, bool name)
{
	size_t n = strlen(text);
	struct buf plain = {0};

	if (!w->raw && spreadsheet_guarded(text, n)) {
		spreadsheet_unguard(&plain, text, n);
		text = buf_str(&plain);
		n = plain.len;
	}
	if (name)
		writer_name(out, w->separator, *first, text, true);
	else
		writer_cell(out, w->separator, *first, text, n, true);
	*first = false;
	buf_free(&plain);
}

static void add(struct buf *out, bool *first, const struct rewrite *w, const char *text, bool guard)
{
	writer_cell(out, w->separator, *first, text, strlen(text), guard);
	*first = false;
}

void rewrite_header(struct buf *out, const struct rewrite *w, const struct header *h)
{
	bool first = true;

	if (w->front != NULL)
		add(out, &first, w, w->front, false);
	for (size_t i = 0; i < h->n; i++)
		if (!left_out(h, i))
			add_again(out, &first, w, h->columns[i].name, true);
	for (size_t k = 0; k < w->n; k++)
		if (h->of_field[w->own[k]] < 0)
			add(out, &first, w, fields[w->own[k]].name, false);
	writer_end(out);
}

void rewrite_record(struct buf *out, const struct rewrite *w, const struct header *h,
    const struct record *r, const char *front, const char *const *values)
{
	size_t n = row_fits(h, r) ? h->n : r->n;
	bool first = true;

	if (w->front != NULL)
		add(out, &first, w, front, true);
	for (size_t i = 0; i < n; i++) {
		size_t k = ours(w, h, i);
		if (left_out(h, i))
			continue;
		if (k != NOT_OURS)
			add(out, &first, w, values[k] != NULL ? values[k] : "", true);
		else
			add_again(out, &first, w, i < r->n ? r->cells[i] : "", false);
	}
	for (size_t k = 0; k < w->n; k++)
		if (h->of_field[w->own[k]] < 0)
			add(out, &first, w, values[k] != NULL ? values[k] : "", true);
	writer_end(out);
}
