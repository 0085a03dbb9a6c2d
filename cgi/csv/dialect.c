/* The bytes as people's programs write them become strict RFC 4180.
 *
 * Three phases: the first bytes say what the file is, the header chooses the
 * separator, then a state machine goes from one byte that means something to
 * the next and copies what is between in one piece.  Bytes are checked to be
 * UTF-8 before they come to either, and those in front of a bad one are still
 * read, so that the fault that is reported does not depend on the chunks. */
#include "csv/dialect.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum phase { PHASE_KIND, PHASE_SEPARATOR, PHASE_RECORDS, PHASE_OVER };

enum place {
	RECORD_START,
	CELL_START,
	BARE,
	BARE_QUOTE,	/* after a quote in a bare cell: another one may belong to it */
	QUOTED,
	CLOSED		/* after a quote in a quoted cell: its end, or the first of two */
};

struct dialect {
	struct dialect_sink sink;
	size_t max_cell;
	long max_columns;
	enum phase phase;
	char separator;
	enum sniff_from from;
	struct buf ahead;	/* bytes kept in the first two phases */
	struct utf8 utf8;
	unsigned long long offset;	/* bytes checked */
	bool stops[256];	/* bytes that mean something in a bare cell */

	enum place place;
	bool cr;		/* the last chunk ended in CR: an LF belongs to it */
	long line;		/* physical, of the next byte */
	long record_line, cell_line;	/* where they began */
	long records;		/* that have ended */
	struct buf out;		/* the record so far */
	long cells;
	size_t cell;		/* bytes of content in this cell */
	bool content, quoted;	/* of any cell of this record */
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
	d->separator = ',';
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
	*from = d->from;
	return d->separator;
}

long dialect_records(const struct dialect *d)
{
	return d->records;
}

static bool fault(struct dialect *d, const char *key, long line)
{
	const struct dialect_fault f = {
		.key = key, .line = line, .offset = d->offset,
		.in_quotes = d->place == QUOTED || d->place == CLOSED,
	};

	d->phase = PHASE_OVER;
	d->sink.fault(d->sink.ctx, &f);
	return false;
}

/* --- records --- */

/* Adds `count` bytes of content, written as the n bytes at p. */
static bool add(struct dialect *d, const char *p, size_t n, size_t count)
{
	if (d->cell == 0)
		buf_addch(&d->out, '"');
	d->content = true;
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

static void end_cell(struct dialect *d, char delimiter)
{
	const char end[2] = { '"', delimiter };

	if (d->cell > 0)
		buf_add(&d->out, end, 2);
	else
		buf_addch(&d->out, delimiter);
	d->cell = 0;
}

static bool end_separated(struct dialect *d)
{
	end_cell(d, ',');
	d->place = CELL_START;
	if (++d->cells > d->max_columns)
		return fault(d, "file.limit_columns", d->record_line);
	return true;
}

/* A line of nothing but blanks; its cell stands in quotes by now. */
static bool blank_line(const struct dialect *d)
{
	const char *cell = d->out.data + 1;

	return d->cells == 1 && !d->quoted && utf8_trim(&cell, d->out.len - 3) == 0;
}

static bool end_record(struct dialect *d)
{
	bool go_on = true;

	d->records++;
	end_cell(d, '\n');
	if (d->content && !blank_line(d))
		go_on = d->sink.record(d->sink.ctx, d->record_line, d->out.data, d->out.len);
	buf_reset(&d->out);
	d->place = RECORD_START;
	d->cells = 1;
	d->content = d->quoted = false;
	d->line++;
	if (!go_on)
		d->phase = PHASE_OVER;
	return go_on;
}

/* A separator or a line end at *p: steps over it. */
static bool delimiter(struct dialect *d, const char **p, const char *end)
{
	char c = *(*p)++;

	if (c == d->separator)
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
	d->place = BARE_QUOTE;
	(*p)++;
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
	if (d->stops[(unsigned char)**p])
		return delimiter(d, p, end);
	return fault(d, "file.text_after_quote", d->cell_line);
}

static void scan_start(struct dialect *d, const char **p)
{
	if (d->place == RECORD_START)
		d->record_line = d->line;
	d->cell_line = d->line;
	d->place = BARE;
	if (**p == '"') {
		d->place = QUOTED;
		d->quoted = true;
		(*p)++;
	}
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
	if (d->place == BARE_QUOTE && !add_quote(d))
		return false;
	return d->place == RECORD_START || end_record(d);
}

/* --- the phases before --- */

static bool settle(struct dialect *d, bool final)
{
	size_t skip;

	if (!sniff_separator(buf_str(&d->ahead), d->ahead.len, final,
	    &d->separator, &d->from, &skip))
		return true;
	d->phase = PHASE_RECORDS;
	memcpy(d->stops, quoted_stops, sizeof(d->stops));
	d->stops[(unsigned char)d->separator] = true;
	/* What is left of a line sep=X is a blank record, which spreadsheets do not show. */
	if (skip > 0)
		d->records--;
	const char *p = buf_str(&d->ahead);
	bool ok = scan(d, p + skip, p + d->ahead.len);
	buf_free(&d->ahead);
	return ok;
}

static bool has_line_end(const char *p, size_t n)
{
	return memchr(p, '\n', n) != NULL || memchr(p, '\r', n) != NULL;
}

/* Bytes that are known to be UTF-8. */
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

/* The line that the next byte is on, also while lines are not counted yet. */
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
	if (p[good] == '\0' && utf8_whole(&d->utf8))
		return fault(d, "file.nul", line_now(d));
	return bad_character(d);
}

/* The first bytes are there, or all of them. */
static bool tell_kind(struct dialect *d)
{
	char first[SNIFF_KIND_BYTES];
	size_t n = d->ahead.len, skip = 0;

	memcpy(first, buf_str(&d->ahead), n);
	buf_reset(&d->ahead);
	const char *key = sniff_kind(first, n);
	if (key != NULL)
		return fault(d, key, 0);
	if (n >= 3 && memcmp(first, "\xef\xbb\xbf", 3) == 0)
		skip = 3;
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
	if (ok && !utf8_whole(&d->utf8))
		ok = bad_character(d);
	if (ok && d->phase == PHASE_SEPARATOR)
		ok = settle(d, true);
	ok = ok && scan_end(d);
	d->phase = PHASE_OVER;
	return ok ? 0 : -1;
}
