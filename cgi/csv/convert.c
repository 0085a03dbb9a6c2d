/* Older files become those of today.  Contract: convert.h. */
#include "csv/convert.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "csv/reader.h"
#include "csv/row.h"
#include "csv/synonym.h"
#include "csv/writer.h"
#include "sheet/sheet.h"

#define PIECE ((size_t)64 * 1024)

/* --- the probe ------------------------------------------------------------ */

/* NUL, and the five bytes that are not defined in Windows-1252. */
static const char undefined[] = "\x81\x8d\x8f\x90\x9d";

void convert_probe_push(struct convert_probe *p, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n && !p->undefined; i++)
		p->undefined = memchr(undefined, bytes[i], sizeof(undefined)) != NULL;
	for (size_t i = 0; i < n && p->n_first < sizeof(p->first); i++)
		p->first[p->n_first++] = bytes[i];
	/* NUL is not text in either encoding: the dialect reports it. */
	for (size_t good; !p->wrong && n > 0; bytes += good, n -= good) {
		good = utf8_check(&p->utf8, bytes, n);
		if (good == n)
			break;
		p->wrong = bytes[good] != '\0' || !utf8_whole(&p->utf8);
		good++;
	}
}

enum convert_encoding convert_probe_end(const struct convert_probe *p)
{
	const char *what;
	bool marked = p->n_first >= 3 && memcmp(p->first, "\xef\xbb\xbf", 3) == 0;

	if ((!p->wrong && utf8_whole(&p->utf8)) || marked || sheet_begins(p->first, p->n_first)
	    || sniff_kind(p->first, p->n_first, &what) != NULL)
		return CONVERT_UTF8;
	return CONVERT_WINDOWS_1252;
}

bool convert_probe_1252(const struct convert_probe *p)
{
	return convert_probe_end(p) == CONVERT_WINDOWS_1252 && !p->undefined;
}

/* -------------------------------------------------------------------------- */

/* A column of the new file. */
struct part {
	size_t from;		/* index of the column in the old file */
	const char *name;	/* its name in the new file */
};

/* A column that is left out. */
struct dropped {
	size_t from;
	const char *name;
	long values;		/* how many of its cells held data */
};

struct convert {
	struct convert_sink sink;
	struct reader_sink ends;
	struct reader *reader;
	struct arena *mem;
	iconv_t decode;		/* to UTF-8; (iconv_t)-1: the file is UTF-8 already */
	unsigned long long offset;
	long line;
	bool cr;		/* the last byte was a CR */
	struct part *parts;
	size_t n_parts;
	struct dropped *dropped;
	size_t n_dropped;
	bool has_header;
	bool header_alone;	/* the file has a header and no rows */
	struct buf out;
	bool bom;
	bool over;
};

static bool give_note(struct convert *c, const char *text)
{
	if (c->sink.note != NULL && !c->sink.note(c->sink.ctx, text))
		c->over = true;
	return !c->over;
}

static bool give_issue(struct convert *c, struct issue *i)
{
	i->level = ISSUE_ERROR;
	if (!c->sink.issue(c->sink.ctx, i))
		c->over = true;
	return !c->over;
}

static bool flush(struct convert *c)
{
	if (c->out.len > 0 && c->sink.write != NULL && !c->sink.write(c->sink.ctx, c->out.data, c->out.len))
		c->over = true;
	buf_reset(&c->out);
	return !c->over;
}

/* --- header --------------------------------------------------------------- */

static void keep(struct convert *c, size_t from, const char *name)
{
	c->parts[c->n_parts++] = (struct part){ from, arena_strdup(c->mem, name) };
}

static void drop(struct convert *c, size_t from, const char *name)
{
	c->dropped[c->n_dropped++] = (struct dropped){ .from = from, .name = arena_strdup(c->mem, name) };
}

/* call_record_enabled becomes those of its four columns that the file does not have. */
static bool spread(struct convert *c, const struct header *h, size_t from)
{
	const char *name = h->columns[from].name;
	struct buf text = {0};
	bool ok;

	for (size_t i = 0; i < ROW_SPREAD; i++) {
		enum field_id id = row_spread[i];
		if (h->of_field[id] >= 0)
			continue;
		buf_addf(&text, "%s%s", text.len > 0 ? ", " : "", fields[id].name);
		keep(c, from, fields[id].name);
	}
	if (text.len == 0)
		drop(c, from, name);
	ok = text.len == 0 || give_note(c, arena_printf(c->mem, "%s is now %s", name, buf_str(&text)));
	buf_free(&text);
	return ok;
}

static bool keep_unknown(struct convert *c, size_t from, const char *name)
{
	const char *nearest = field_nearest(name);
	enum field_id id, second;

	keep(c, from, name);
	if (name[0] == '\0')
		return true;
	if (synonym_find(name, strlen(name), &id, &second) == SYNONYM_COLUMN)
		return give_note(c, arena_printf(c->mem, "%s is kept; an import reads it as %s",
		    issue_cut(c->mem, name), fields[id].name));
	return give_note(c, arena_printf(c->mem, "%s is kept, but it is not a column%s%s%s",
	    issue_cut(c->mem, name), nearest != NULL ? "; did you mean " : "",
	    nearest != NULL ? nearest : "", nearest != NULL ? "?" : ""));
}

static bool place_column(struct convert *c, const struct header *h, size_t i)
{
	const struct column *column = &h->columns[i];

	switch (column->kind) {
	case FIELD_NEW:
		keep(c, i, fields[column->field].name);
		return true;
	case FIELD_OLD:
		keep(c, i, fields[column->field].name);
		return give_note(c, arena_printf(c->mem, "%s is now %s", column->name,
		    fields[column->field].name));
	case FIELD_SPREAD:
		return spread(c, h, i);
	case FIELD_DROPPED:
	case FIELD_REPORT:
		drop(c, i, column->name);
		return true;
	case FIELD_UNKNOWN:
	default:
		return keep_unknown(c, i, column->name);
	}
}

/* No named column is kept, so this is not a header. */
static bool check_header(struct convert *c)
{
	struct issue i = {
		.key = "file.header_missing",
		.params = { { "name", fields[FIELD_firstname].name }, { "why", "why.firstname" } },
	};

	for (size_t k = 0; k < c->n_parts; k++)
		if (c->parts[k].name[0] != '\0')
			return true;
	give_issue(c, &i);
	c->over = true;
	return false;
}

static void write_header(struct convert *c)
{
	if (c->bom)
		buf_adds(&c->out, "\xef\xbb\xbf");
	for (size_t i = 0; i < c->n_parts; i++)
		writer_name(&c->out, ',', i == 0, c->parts[i].name, false);
	writer_end(&c->out);
}

static bool on_header(void *ctx, const struct header *h)
{
	struct convert *c = ctx;

	c->has_header = true;
	c->parts = arena_alloc(c->mem, (h->n + ROW_SPREAD) * sizeof(*c->parts));
	c->dropped = arena_alloc(c->mem, h->n * sizeof(*c->dropped));
	if (h->separator != ',' && !give_note(c, arena_printf(c->mem,
	    "the separator was %s, it is now a comma", h->separator == '\t' ? "a tab"
	    : arena_printf(c->mem, "\"%c\"", h->separator))))
		return false;
	for (size_t i = 0; i < h->n; i++)
		if (!place_column(c, h, i))
			return false;
	if (!check_header(c))
		return false;
	write_header(c);
	return true;
}

/* --- records -------------------------------------------------------------- */

/* Reports a record with too few or too many cells.  It stays so in the new file, whose import
 * reports it too. */
static bool give_cells(struct convert *c, const struct header *h, const struct record *r)
{
	char n[24], m[24];
	struct issue i = {
		.key = "cells", .row = r->row, .sheet_row = r->sheet_row, .line = r->line,
		.params = { { "n", n }, { "m", m } },
	};

	snprintf(n, sizeof(n), "%zu", r->n);
	snprintf(m, sizeof(m), "%zu", h->n);
	return give_issue(c, &i);
}

static bool holds_data(const struct record *r, size_t i)
{
	return i < r->n && r->lengths[i] > 0;
}

/* Adds the record in the new order; if its cells do not fit the header, extra ones are kept.  A
 * record with data only in columns that are left out is left out: it would be a blank line. */
static void add_record(struct convert *c, const struct header *h, const struct record *r, bool fits)
{
	size_t before = c->out.len;
	bool first = true, data = false;

	for (size_t i = 0; i < c->n_parts && c->parts[i].from < r->n; i++, first = false) {
		size_t from = c->parts[i].from;
		writer_cell(&c->out, ',', first, r->cells[from], r->lengths[from], false);
		data = data || r->lengths[from] > 0;
	}
	for (size_t i = h->n; !fits && i < r->n; i++, first = false) {
		writer_cell(&c->out, ',', first, r->cells[i], r->lengths[i], false);
		data = data || r->lengths[i] > 0;
	}
	if (data)
		writer_end(&c->out);
	else
		c->out.len = before;
}

static bool on_record(void *ctx, const struct header *h, const struct record *r)
{
	struct convert *c = ctx;
	bool fits = row_fits(h, r);

	if (!fits && !give_cells(c, h, r))
		return false;
	add_record(c, h, r, fits);
	for (size_t i = 0; i < c->n_dropped; i++)
		if (holds_data(r, c->dropped[i].from))
			c->dropped[i].values++;
	return c->out.len < PIECE || flush(c);
}

/* Warnings are dropped: they are about an import of the old file.  A file without rows is not
 * an error here: somebody may want to convert a header only. */
static bool on_issue(void *ctx, const struct issue *i)
{
	struct convert *c = ctx;
	struct issue copy = *i;

	/* Two warnings are notes here, because the new file differs in this. */
	if (strcmp(i->key, "separator.wrapped") == 0 || strcmp(i->key, "header_again") == 0) {
		struct buf text = {0};
		issue_write(&text, i, NULL, NULL);
		bool go_on = give_note(c, buf_str(&text));
		buf_free(&text);
		return go_on;
	}
	c->header_alone = c->has_header && strcmp(i->key, "file.empty") == 0;
	return i->level != ISSUE_ERROR || c->header_alone || give_issue(c, &copy);
}

/* --- bytes ---------------------------------------------------------------- */

static void count_lines(struct convert *c, const char *p, size_t n)
{
	for (; n > 0; p++, n--) {
		if (*p == '\n' ? !c->cr : *p == '\r')
			c->line++;
		c->cr = *p == '\r';
	}
}

/* Reports a byte that Windows-1252 does not define: the file is neither UTF-8 nor this. */
static bool undefined_byte(struct convert *c)
{
	struct issue i = {
		.key = "file.utf8", .line = c->line,
		.params = { { "offset", arena_printf(c->mem, "%llu", c->offset) } },
	};

	give_issue(c, &i);
	c->over = true;
	return false;
}

static bool decode_and_push(struct convert *c, const char *bytes, size_t n)
{
	char utf8[4096];

	while (n > 0) {
		/* iconv(3) does not write to its input. */
		char *from = (char *)(size_t)bytes, *to = utf8;
		size_t left = n, room = sizeof(utf8);
		bool bad = iconv(c->decode, &from, &left, &to, &room) == (size_t)-1 && errno != E2BIG;

		count_lines(c, bytes, n - left);
		c->offset += n - left;
		if (reader_push(c->reader, utf8, sizeof(utf8) - room) != 0)
			return false;
		if (bad)
			return undefined_byte(c);
		bytes += n - left;
		n = left;
	}
	return true;
}

int convert_push(struct convert *c, const char *bytes, size_t n)
{
	bool ok = !c->over;

	if (ok && c->decode != (iconv_t)-1)
		ok = decode_and_push(c, bytes, n);
	else if (ok)
		ok = reader_push(c->reader, bytes, n) == 0;
	if (!ok)
		c->over = true;
	return ok && !c->over ? 0 : -1;
}

static bool give_dropped(struct convert *c)
{
	for (size_t i = 0; i < c->n_dropped; i++) {
		const struct dropped *d = &c->dropped[i];
		const char *text = d->values == 0
		    ? arena_printf(c->mem, "%s is left out: nothing corresponds to it; it was empty", d->name)
		    : arena_printf(c->mem, "%s is left out: nothing corresponds to it; %ld cell%s held data",
			d->name, d->values, d->values == 1 ? "" : "s");
		if (!give_note(c, text))
			return false;
	}
	return true;
}

int convert_end(struct convert *c)
{
	bool read = !c->over && (reader_end(c->reader) == 0 || c->header_alone);

	return read && !c->over && give_dropped(c) && flush(c) ? 0 : -1;
}

struct convert *convert_new(enum convert_encoding encoding, bool bom, const struct convert_sink *sink)
{
	struct convert *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->sink = *sink;
	c->ends = (struct reader_sink){ c, on_header, on_record, on_issue, NULL };
	c->mem = arena_new();
	c->reader = reader_new(READER_CONVERT, &reader_limits_most, &c->ends);
	c->bom = bom;
	c->line = 1;
	c->decode = (iconv_t)-1;
	if (encoding == CONVERT_WINDOWS_1252) {
		c->decode = iconv_open("UTF-8", "WINDOWS-1252");
		if (c->decode == (iconv_t)-1)
			abort();	/* the C library always has these encodings */
		give_note(c, "read as Windows-1252, written as UTF-8: look whether the letters with accents are right");
	}
	return c;
}

void convert_free(struct convert *c)
{
	if (c == NULL)
		return;
	if (c->decode != (iconv_t)-1)
		iconv_close(c->decode);
	reader_free(c->reader);
	arena_free(c->mem);
	buf_free(&c->out);
	free(c);
}
