/* CSV as programs write it becomes strict RFC 4180.  Contract: dialect.h.
 *
 * There are three phases.  The first bytes show what the file is; the header decides the
 * separator; then a state machine goes from one byte with a meaning to the next and copies the
 * bytes between in one piece.  All bytes are checked to be UTF-8 first.  Those before a bad
 * byte are still read, so that the reported fault does not depend on the chunks. */
#include "csv/dialect.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "csv/quotes.h"

#define EMPTY_CELLS_MOST 16384	/* columns of a spreadsheet */

enum phase { PHASE_KIND, PHASE_SEPARATOR, PHASE_RECORDS, PHASE_OVER };

enum place {
	RECORD_START,
	CELL_START,
	BARE,
	BARE_QUOTE,	/* after a quote in a bare cell: a second one may follow */
	QUOTED,
	CLOSED		/* after a quote in a quoted cell: its end, or the first of two */
};

struct dialect {
	struct dialect_sink sink;
	size_t max_cell;
	long max_columns;
	enum phase phase;
	struct sniffed sniffed;
	struct buf ahead;	/* bytes kept in the first two phases */
	struct utf8 utf8;
	unsigned long long offset;	/* bytes checked */
	const char *what;	/* what the file is instead of CSV, for the fault */
	bool stops[256];	/* bytes with a meaning in a bare cell */

	enum place place;
	bool cr;		/* the last chunk ended in CR: an LF that follows belongs to it */
	long line;		/* physical, of the next byte */
	long record_line, cell_line;	/* where they began */
	long records;		/* that have ended */
	struct buf out;		/* the record so far */
	long cells;
	size_t cell;		/* bytes of content in this cell */
	bool content;		/* of any cell of this record: something that can be seen */
	bool quoted;		/* its first cell is in quotes */
	size_t cell_at;		/* where this cell begins in out */
	long beyond;		/* empty cells after the last that the limit allows: they are dropped */
	size_t odd[DIALECT_ODD_MAX], n_odd;	/* its bare cells whose quotes are only text */

	long header_cells;	/* 0: there was no header yet */
	long unwrapped, first_unwrapped;	/* records that were one cell in quotes; line of the first */
	bool inner;		/* this dialect reads the record in such a cell */

	bool bars;		/* quotes are text: an older file, with | and no quotes in its header */
	bool text_quotes;	/* with `bars`: this cell has quotes */
};

static const bool quoted_stops[256] = { ['"'] = true, ['\r'] = true, ['\n'] = true };

struct dialect *dialect_new(size_t max_cell, long max_columns,
    const struct dialect_sink *sink)
{
	struct dialect *d = calloc(1, sizeof(*d));

	if (d == NULL)
		abort();
	d->sink = *sink;
	d->max_cell = max_cell;
	d->max_columns = max_columns;
	d->sniffed.separator = ',';
	d->line = 1;
	d->cells = 1;
	return d;
}

void dialect_free(struct dialect *d)
{
	if (d == NULL)
		return;
	buf_free(&d->ahead);
	buf_free(&d->out);
	free(d);
}

char dialect_separator(const struct dialect *d, enum sniff_from *from)
{
	*from = d->sniffed.from;
	return d->sniffed.separator;
}

long dialect_unwrapped(const struct dialect *d, long *first)
{
	*first = d->first_unwrapped;
	return d->unwrapped;
}

const size_t *dialect_odd(const struct dialect *d, size_t *n)
{
	*n = d->n_odd;
	return d->odd;
}

long dialect_records(const struct dialect *d)
{
	return d->records;
}

static void set_stops(struct dialect *d)
{
	memcpy(d->stops, quoted_stops, sizeof(d->stops));
	d->stops[(unsigned char)d->sniffed.separator] = true;
	d->bars = d->sniffed.separator == '|' && !d->sniffed.quotes;
}

static bool fault(struct dialect *d, const char *key, long line)
{
	const struct dialect_fault f = {
		.key = key, .line = line, .offset = d->offset,
		.in_quotes = d->place == QUOTED || d->place == CLOSED, .what = d->what,
	};

	d->phase = PHASE_OVER;
	d->sink.fault(d->sink.ctx, &f);
	return false;
}

/* --- records --- */

/* Whether one of the bytes is a visible character of ASCII.  Nearly all records have one; for
 * the others has_content looks at all characters once the record has ended. */
static bool visible_ascii(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] > ' ' && p[i] < 0x7f)
			return true;
	return false;
}

/* Adds `count` bytes of content, written as the n bytes at p. */
static bool add(struct dialect *d, const char *p, size_t n, size_t count)
{
	if (d->cell == 0)
		buf_addch(&d->out, '"');
	d->content = d->content || visible_ascii(p, n);
	d->cell += count;
	if (d->cell > d->max_cell)
		return fault(d, "file.limit_cell", d->cell_line);
	buf_add(&d->out, p, n);
	return true;
}

static bool add_run(struct dialect *d, const char *p, const char *end)
{
	return p == end || add(d, p, (size_t)(end - p), (size_t)(end - p));
}

static bool add_quote(struct dialect *d)
{
	return add(d, "\"\"", 2, 1);
}

static void note_odd(struct dialect *d)
{
	if (d->n_odd < DIALECT_ODD_MAX)
		d->odd[d->n_odd++] = (size_t)d->cells - 1;
}

/* A cell with quotes, between bars.  Quotes as in RFC 4180 are quotes.  Others are text
 * ("Ann Lee" <1001>), and two of them are one, as in any bare cell. */
static void judge_quotes(struct dialect *d)
{
	struct buf text = {0};
	size_t from = d->cell_at + 1;

	quotes_halve(&text, d->out.data + from, d->out.len - from);
	bool quoted = quotes_whole(text.data, text.len);
	struct buf cell = {0};
	quotes_halve(&cell, text.data + quoted, text.len - 2 * (size_t)quoted);
	d->out.len = from;
	quotes_double(&d->out, cell.data, cell.len);
	d->cell = cell.len;
	buf_free(&cell);
	if (d->cell == 0)
		d->out.len--;	/* the quote that was written before the cell */
	d->text_quotes = false;
	buf_free(&text);
}

static void end_cell(struct dialect *d, char delimiter)
{
	const char end[2] = { '"', delimiter };

	if (d->text_quotes)
		judge_quotes(d);
	if (d->place == BARE && d->cell > 2 && quotes_around(d->out.data + d->cell_at + 1, d->out.len - d->cell_at - 1))
		note_odd(d);
	if (d->cell > 0)
		buf_add(&d->out, end, 2);
	else
		buf_addch(&d->out, delimiter);
	d->cell = 0;
}

/* Spreadsheets write empty cells up to the last column that was ever used. */
static bool end_separated(struct dialect *d)
{
	if (d->beyond > 0 && d->cell > 0)
		return fault(d, "file.limit_columns", d->record_line);
	if (d->beyond == 0)
		end_cell(d, ',');
	d->place = CELL_START;
	if (d->cells == d->max_columns)
		return ++d->beyond < EMPTY_CELLS_MOST || fault(d, "file.limit_columns", d->record_line);
	d->cells++;
	return true;
}

/* Whether the record, whose cells stand in quotes by now, shows anything. */
static bool has_content(const struct dialect *d)
{
	const char *p = buf_str(&d->out), *end = p + d->out.len;

	while (!d->content && p < end) {
		size_t n = strcspn(p, "\",\n");
		if (!utf8_blank(p, n))
			return true;
		p += n + strspn(p + n, "\",\n");
	}
	return d->content;
}

/* --- records in quotes --- */

static bool keep_record(void *ctx, long line, const char *csv, size_t n)
{
	struct dialect *d = ctx;	/* the outer dialect */

	(void)line;
	buf_add(&d->ahead, csv, n);
	return true;
}

static void ignore_fault(void *ctx, const struct dialect_fault *f)
{
	(void)ctx;
	(void)f;
}

/* Reads the record's only cell, in quotes, as the record that it holds.  A spreadsheet that
 * expects another separator shows each row in one cell and saves it so.  It puts into quotes
 * only a row with a quote or with its own separator, so the header may be without quotes: then
 * only such rows are read in this way. */
static void unwrap(struct dialect *d)
{
	const struct dialect_sink sink = { d, keep_record, ignore_fault };
	struct dialect *in = dialect_new(d->max_cell, d->max_columns, &sink);
	struct buf text = {0};
	bool ok;

	quotes_halve(&text, d->out.data + 1, d->out.len - 3);
	in->inner = true;
	in->phase = PHASE_RECORDS;
	in->sniffed.separator = d->sniffed.separator;
	set_stops(in);
	ok = (d->sniffed.wrapped || strpbrk(buf_str(&text), "\";") != NULL)
	    && dialect_push(in, text.data, text.len) == 0 && dialect_end(in) == 0
	    && in->records == 1 && (d->sniffed.wrapped || in->header_cells == d->header_cells)
	    && in->header_cells > 1;
	if (ok) {
		buf_reset(&d->out);
		buf_add(&d->out, d->ahead.data, d->ahead.len);
		d->cells = in->header_cells;
		if (d->unwrapped++ == 0)
			d->first_unwrapped = d->record_line;
	}
	buf_reset(&d->ahead);
	buf_free(&text);
	dialect_free(in);
}

static bool may_be_wrapped(const struct dialect *d)
{
	return d->cells == 1 && d->quoted && !d->inner && (d->sniffed.wrapped || d->header_cells > 1);
}

static bool end_record(struct dialect *d)
{
	bool go_on = true;

	if (d->beyond > 0 && d->cell > 0)
		return fault(d, "file.limit_columns", d->record_line);
	d->records++;
	end_cell(d, '\n');
	if (d->beyond > 0)
		d->out.data[--d->out.len - 1] = '\n';	/* in place of the separator */
	if (has_content(d)) {
		if (may_be_wrapped(d))
			unwrap(d);
		if (d->header_cells == 0)
			d->header_cells = d->cells;
		go_on = d->sink.record(d->sink.ctx, d->record_line, d->out.data, d->out.len);
	}
	buf_reset(&d->out);
	d->place = RECORD_START;
	d->cells = 1;
	d->beyond = 0;
	d->content = d->quoted = false;
	d->n_odd = 0;
	d->line++;
	if (!go_on)
		d->phase = PHASE_OVER;
	return go_on;
}

/* A separator or a line end at *p: steps over it. */
static bool delimiter(struct dialect *d, const char **p, const char *end)
{
	char c = *(*p)++;

	if (c == d->sniffed.separator)
		return end_separated(d);
	if (c == '\r') {
		if (*p == end)
			d->cr = true;
		else if (**p == '\n')
			(*p)++;
	}
	return end_record(d);
}

static bool scan_bare(struct dialect *d, const char **p, const char *end)
{
	const char *run = *p;

	while (*p < end && !d->stops[(unsigned char)**p])
		(*p)++;
	if (!add_run(d, run, *p))
		return false;
	if (*p == end)
		return true;
	if (**p != '"')
		return delimiter(d, p, end);
	(*p)++;
	if (d->bars) {
		d->text_quotes = true;
		return add_quote(d);
	}
	d->place = BARE_QUOTE;
	return true;
}

static bool scan_quoted(struct dialect *d, const char **p, const char *end)
{
	const char *run = *p;

	while (*p < end) {
		if (!quoted_stops[(unsigned char)**p]) {
			(*p)++;
			continue;
		}
		char c = **p;
		if (c == '"')
			break;
		(*p)++;
		d->line++;
		if (c == '\r' && *p < end && **p == '\n')
			(*p)++;
		else if (c == '\r' && *p == end)
			d->cr = true;
	}
	if (!add_run(d, run, *p))
		return false;
	if (*p < end) {
		d->place = CLOSED;
		(*p)++;
	}
	return true;
}

static bool scan_closed(struct dialect *d, const char **p, const char *end)
{
	if (**p == '"') {
		d->place = QUOTED;
		(*p)++;
		return add_quote(d);
	}
	/* A program that writes whole records into one cell adds empty cells of its own. */
	if (d->sniffed.wrapped && memchr(",;\t", **p, 3) != NULL) {
		(*p)++;
		return true;
	}
	if (d->stops[(unsigned char)**p])
		return delimiter(d, p, end);
	return fault(d, "file.text_after_quote", d->cell_line);
}

static void scan_start(struct dialect *d, const char **p)
{
	d->cell_at = d->out.len;
	if (d->place == RECORD_START)
		d->record_line = d->line;
	d->cell_line = d->line;
	if (**p != '"' || d->bars) {
		d->place = BARE;
		return;
	}
	d->quoted = d->quoted || d->place == RECORD_START;
	d->place = QUOTED;
	(*p)++;
}

/* Notes a cell that begins with blanks and a quote: such a quote is text. */
static void note_blanks(struct dialect *d)
{
	if (d->cell > 0 && utf8_blank(d->out.data + d->cell_at + 1, d->cell))
		note_odd(d);
}

static bool scan(struct dialect *d, const char *p, const char *end)
{
	bool ok = true;

	if (d->cr && p < end) {
		d->cr = false;
		if (*p == '\n') {
			ok = d->place != QUOTED || add_run(d, p, p + 1);
			p++;
		}
	}
	while (ok && p < end) {
		switch (d->place) {
		case RECORD_START:
		case CELL_START:
			scan_start(d, &p);
			break;
		case BARE:
			ok = scan_bare(d, &p, end);
			break;
		case BARE_QUOTE:
			d->place = BARE;
			note_blanks(d);
			if (*p == '"')
				p++;
			ok = add_quote(d);
			break;
		case QUOTED:
			ok = scan_quoted(d, &p, end);
			break;
		case CLOSED:
			ok = scan_closed(d, &p, end);
			break;
		}
	}
	return ok;
}

static bool scan_end(struct dialect *d)
{
	if (d->place == QUOTED)
		return fault(d, "file.unclosed_quote", d->cell_line);
	if (d->place == BARE_QUOTE) {
		note_blanks(d);
		if (!add_quote(d))
			return false;
	}
	return d->place == RECORD_START || end_record(d);
}

/* --- the phases before --- */

static bool settle(struct dialect *d, bool final)
{
	if (!sniff_separator(buf_str(&d->ahead), d->ahead.len, final, &d->sniffed))
		return true;
	d->phase = PHASE_RECORDS;
	set_stops(d);
	/* The rest of a line sep=X is a blank record.  Spreadsheets do not show it as a row. */
	if (d->sniffed.from == SNIFF_TOLD)
		d->records--;
	struct buf ahead = d->ahead;
	const char *p = buf_str(&ahead);
	d->ahead = (struct buf){0};
	bool ok = scan(d, p + d->sniffed.skip, p + ahead.len);
	buf_free(&ahead);
	return ok;
}

static bool has_line_end(const char *p, size_t n)
{
	return memchr(p, '\n', n) != NULL || memchr(p, '\r', n) != NULL;
}

/* Takes bytes that are known to be UTF-8. */
static bool accept_bytes(struct dialect *d, const char *p, size_t n)
{
	while (d->phase == PHASE_SEPARATOR && n > 0) {
		size_t room = SNIFF_HEADER_BYTES - d->ahead.len;
		size_t some = n < room ? n : room;
		buf_add(&d->ahead, p, some);
		bool full = some == room;
		if ((full || has_line_end(p, some)) && !settle(d, full))
			return false;
		p += some;
		n -= some;
	}
	return n == 0 || scan(d, p, p + n);
}

/* The line of the next byte, also in the phases in which lines are not counted yet. */
static long line_now(const struct dialect *d)
{
	const char *p = buf_str(&d->ahead), *end = p + d->ahead.len;
	long line = d->line;

	for (; p < end; p++) {
		if (*p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n')))
			line++;
	}
	return line;
}

static bool bad_character(struct dialect *d)
{
	d->offset -= d->utf8.seen;
	return fault(d, "file.utf8", line_now(d));
}

static bool check(struct dialect *d, const char *p, size_t n)
{
	size_t good = utf8_check(&d->utf8, p, n);

	if (!accept_bytes(d, p, good))
		return false;
	d->offset += good;
	if (good == n)
		return true;
	if (d->phase == PHASE_SEPARATOR && !settle(d, true))
		return false;
	if (p[good] == '\0' && utf8_whole(&d->utf8))
		return fault(d, "file.nul", line_now(d));
	return bad_character(d);
}

/* Finds out what the file is, once its first bytes (or all) are there. */
static bool tell_kind(struct dialect *d)
{
	char first[SNIFF_KIND_BYTES];
	size_t n = d->ahead.len, skip = 0;
	const char *what = NULL;

	memcpy(first, buf_str(&d->ahead), n);
	buf_reset(&d->ahead);
	const char *key = sniff_kind(first, n, &what);
	if (key != NULL) {
		d->what = what;
		return fault(d, key, 0);
	}
	while (n - skip >= 3 && memcmp(first + skip, "\xef\xbb\xbf", 3) == 0)
		skip += 3;
	d->offset = skip;
	d->phase = PHASE_SEPARATOR;
	return check(d, first + skip, n - skip);
}

int dialect_push(struct dialect *d, const char *bytes, size_t n)
{
	if (d->phase == PHASE_OVER)
		return -1;
	if (d->phase == PHASE_KIND) {
		size_t some = SNIFF_KIND_BYTES - d->ahead.len;
		if (some > n)
			some = n;
		buf_add(&d->ahead, bytes, some);
		bytes += some;
		n -= some;
		if (d->ahead.len == SNIFF_KIND_BYTES && !tell_kind(d))
			return -1;
	}
	return n == 0 || check(d, bytes, n) ? 0 : -1;
}

int dialect_end(struct dialect *d)
{
	bool ok = d->phase != PHASE_OVER;

	if (ok && d->phase == PHASE_KIND)
		ok = tell_kind(d);
	if (ok && d->phase == PHASE_SEPARATOR)
		ok = settle(d, true);
	if (ok && !utf8_whole(&d->utf8))
		ok = bad_character(d);
	ok = ok && scan_end(d);
	d->phase = PHASE_OVER;
	return ok ? 0 : -1;
}
