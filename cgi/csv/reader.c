/* The bytes of an upload become records.  Contract: reader.h.
 *
 * The first bytes show whether the file is a workbook.  A CSV file becomes strict records in
 * csv/dialect.c, and libcsv splits each into cells.  libcsv's callbacks cannot stop it, so they
 * only collect cells: a record is handled after csv_parse.  The rows of a workbook come as cells
 * (sheet/sheet.h).  The first record is the header (csv/header.c). */
#include "csv/reader.h"

#include <csv.h>
#include <errno.h>
#include <iconv.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "csv/dialect.h"
#include "csv/header.h"
#include "sheet/sheet.h"

/* In how many records below a title the header is looked for. */
#define TITLE_ROWS 20

struct reader {
	enum reader_kind kind;
	struct reader_limits limits;
	const struct reader_sink *sink;
	char first[SHEET_MAGIC_BYTES];	/* bytes kept until it is known what the file is */
	size_t n_first;
	bool known;
	struct dialect *dialect;
	struct csv_parser parser;
	reader_mapping *ask;	/* NULL: none */
	void *ask_ctx;
	bool refuse_unknown;
	struct reader_key key;
	bool decoded;		/* a CSV file is Windows-1252: `decode` makes it UTF-8 */
	iconv_t decode;
	const char *sheet_name;
	struct sheet *sheet;	/* NULL: the file is not a workbook */
	struct arena *mem;	/* lives as long as the reader: the header */
	struct arena *now;	/* memory for one issue */
	struct header header;
	bool *held;		/* for each column: whether a record had data in it */
	long *numbers;		/* for each column: how many cells a workbook holds as numbers */
	long *first_number;	/* for each column: the row of the first such cell */
	size_t beyond;		/* first column with data after the last name of a workbook; 0: none */
	long header_line;	/* 0: no header yet */
	const char **title;	/* cells of a first record without names of columns; NULL: none */
	size_t n_title;
	long title_line, looked;	/* its line; records below it that have no names either */
	long rows;
	long headers, first_header;	/* records that repeat the header; line of the first */
	bool over;

	/* the record being read: its cells one after the other, each with a NUL */
	struct buf bytes;
	size_t n, room;
	const char **cells;
	size_t *lengths;
	unsigned char *kinds;	/* of a workbook */
};

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

/* --- libcsv --- */

static void make_room(struct reader *r, size_t n)
{
	while (r->room < n)
		r->room = r->room == 0 ? 64 : r->room * 2;
	r->cells = must(realloc(r->cells, r->room * sizeof(*r->cells)));
	r->lengths = must(realloc(r->lengths, r->room * sizeof(*r->lengths)));
	r->kinds = must(realloc(r->kinds, r->room));
}

static void on_cell(void *cell, size_t n, void *ctx)
{
	struct reader *r = ctx;

	if (r->n == r->room)
		make_room(r, r->n + 1);
	r->lengths[r->n++] = n;
	buf_add(&r->bytes, cell, n + 1);
}

static void on_row(int delimiter, void *ctx)
{
	(void)delimiter;
	struct reader *r = ctx;
	const char *p = r->bytes.data;

	for (size_t i = 0; i < r->n; i++) {
		r->cells[i] = p;
		p += r->lengths[i] + 1;
	}
}

static int no_blank(unsigned char c)
{
	(void)c;
	return 0;
}

/* --- issues of the file --- */

static bool give(struct reader *r, struct issue *i)
{
	i->level = issue_level_of(i->key);
	bool go_on = r->sink->issue(r->sink->ctx, i);
	if (!go_on || i->level == ISSUE_ERROR)
		r->over = true;
	arena_reset(r->now);
	return !r->over;
}

static bool give_from_header(void *ctx, struct issue *i)
{
	return give(ctx, i);
}

static bool limit_exceeded(struct reader *r, const char *key, long limit, long line,
    const char *hint)
{
	struct issue i = {
		.key = key, .line = line,
		.params = {
			{ "limit", arena_printf(r->now, "%ld", limit) },
			{ hint == NULL ? NULL : "hint", hint },
		},
	};

	return give(r, &i);
}

static void on_fault(void *ctx, const struct dialect_fault *f)
{
	struct reader *r = ctx;
	struct issue i = { .key = f->key, .line = f->line };

	if (strcmp(f->key, "file.limit_columns") == 0) {
		limit_exceeded(r, f->key, r->limits.max_columns, f->line, NULL);
		return;
	}
	if (strcmp(f->key, "file.limit_cell") == 0) {
		limit_exceeded(r, f->key, (long)r->limits.max_cell, f->line,
		    f->in_quotes ? "hint.quote" : NULL);
		return;
	}
	if (f->what != NULL)
		i.params[0] = (struct issue_param){ "what", f->what };
	if (strcmp(f->key, "file.utf8") == 0 || strcmp(f->key, "file.nul") == 0)
		i.params[0] = (struct issue_param){ "offset", arena_printf(r->now, "%llu", f->offset) };
	give(r, &i);
}

static void on_sheet_fault(void *ctx, const struct sheet_fault *f)
{
	struct reader *r = ctx;
	struct issue i = { .key = f->key, .line = f->row };
	size_t n = 0;

	if (f->what != NULL)
		i.params[n++] = (struct issue_param){ "what", f->what };
	if (f->name != NULL)
		i.params[n++] = (struct issue_param){ "name", issue_cut(r->now, f->name) };
	if (f->limit > 0)
		i.params[n++] = (struct issue_param){ "limit", arena_printf(r->now, "%lld", f->limit) };
	give(r, &i);
}

/* --- records --- */

static bool on_header(struct reader *r, const struct mapping *mapping, const char *below, size_t n,
    const char *const *names, long line)
{
	const struct header_job job = {
		.kind = r->kind, .line = line, .mem = r->mem, .now = r->now,
		.ctx = r, .give = give_from_header,
		.refuse_unknown = r->refuse_unknown, .key = r->key, .mapping = mapping, .below = below,
	};
	enum sniff_from from;
	char separator = dialect_separator(r->dialect, &from);
	bool guessed = from == SNIFF_GUESSED && r->sheet == NULL;

	r->header_line = line;
	if (!header_read(&job, n, names, separator, guessed, &r->header))
		return false;
	r->header.line = line;
	r->header.workbook = r->sheet != NULL;
	r->header.decoded = r->decoded && r->sheet == NULL;
	r->held = arena_alloc(r->mem, n * sizeof(*r->held));
	r->numbers = arena_alloc(r->mem, n * sizeof(*r->numbers));
	r->first_number = arena_alloc(r->mem, n * sizeof(*r->first_number));
	return r->sink->header == NULL || r->sink->header(r->sink->ctx, &r->header);
}

/* Reports the first record as a header without the columns that are needed.  `below`: the row of one
 * that has them; NULL: none was found. */
static bool refuse_title(struct reader *r, const char *below)
{
	return on_header(r, NULL, below, r->n_title, r->title, r->title_line);
}

static void keep_title(struct reader *r, long line)
{
	r->title = arena_alloc(r->mem, r->n * sizeof(*r->title));
	for (size_t i = 0; i < r->n; i++)
		r->title[i] = arena_strdup(r->mem, r->cells[i]);
	r->n_title = r->n;
	r->title_line = line;
}

/* A record where the header may be.  If the first one has no name of a column at all, it may be a
 * title: one below it that has names is then looked for, to name it in the error. */
static bool on_first(struct reader *r, long line)
{
	const struct mapping *mapping = NULL;
	size_t known = header_known(r->n, r->cells);

	if (r->title == NULL) {
		if (r->ask != NULL)
			mapping = r->ask(r->ask_ctx, r->n, r->cells);
		if (r->kind == READER_CONVERT || mapping != NULL || known > 0)
			return on_header(r, mapping, NULL, r->n, r->cells, line);
		keep_title(r, line);
		return true;
	}
	if (known >= 2) {
		long row = r->sheet != NULL ? line : dialect_records(r->dialect);
		return refuse_title(r, arena_printf(r->now, "%ld", row));
	}
	return ++r->looked < TITLE_ROWS || refuse_title(r, NULL);
}

static bool on_data(struct reader *r, long line)
{
	struct record record = {
		.row = r->sheet != NULL ? line - 1 : r->rows + 1,
		.sheet_row = r->sheet != NULL ? line : dialect_records(r->dialect), .line = line,
		.n = r->n, .cells = r->cells, .lengths = r->lengths,
		.kinds = r->sheet != NULL ? r->kinds : NULL,
	};

	if (header_again(&r->header, r->rows == 0, r->n, r->cells, r->lengths)) {
		if (r->headers++ == 0)
			r->first_header = line;
		return true;
	}
	record.odd = dialect_odd(r->dialect, &record.n_odd);
	if (r->rows == r->limits.max_rows)
		return limit_exceeded(r, "file.limit_rows", r->limits.max_rows, line, NULL);
	r->rows++;
	for (size_t i = 0; i < r->n && i < r->header.n; i++)
		r->held[i] = r->held[i] || r->lengths[i] > 0;
	return r->sink->record(r->sink->ctx, &r->header, &record);
}

static bool on_record(void *ctx, long line, const char *csv, size_t n)
{
	struct reader *r = ctx;

	r->n = 0;
	buf_reset(&r->bytes);
	if (csv_parse(&r->parser, csv, n, on_cell, on_row, r) != n)
		abort();	/* out of memory: the dialect writes nothing that is wrong */
	if (!(r->header_line == 0 ? on_first(r, line) : on_data(r, line)))
		r->over = true;
	return !r->over;
}

/* --- the rows of a workbook --- */

static bool blank_row(const struct sheet_row *row)
{
	for (size_t i = 0; i < row->n; i++) {
		const char *cell = row->cells[i];
		if (row->kinds[i] != CELL_TEXT || utf8_trim(&cell, row->lengths[i]) > 0)
			return false;
	}
	return true;
}

static void count_number(struct reader *r, size_t i, long row)
{
	if (r->numbers[i]++ == 0)
		r->first_number[i] = row;
}

/* A workbook does not say how many cells a row has.  So each row gets one for each name of the
 * header, and further ones for data after the last name. */
static bool on_sheet_row(void *ctx, const struct sheet_row *row)
{
	struct reader *r = ctx;
	bool header = r->header_line == 0;

	if (blank_row(row))
		return true;
	r->n = header ? row->n : r->header.n;
	make_room(r, r->n);
	for (size_t i = 0; i < r->n; i++) {
		bool there = i < row->n;
		r->cells[i] = there ? row->cells[i] : "";
		r->lengths[i] = there ? row->lengths[i] : 0;
		r->kinds[i] = there ? row->kinds[i] : CELL_TEXT;
		if (!header && r->kinds[i] == CELL_NUMBER)
			count_number(r, i, row->number);
	}
	for (size_t i = r->n; i < row->n && r->beyond == 0; i++)
		if (row->lengths[i] > 0)
			r->beyond = i + 1;
	if (!(header ? on_first(r, row->number) : on_data(r, row->number)))
		r->over = true;
	return !r->over;
}

static bool on_sheet_progress(void *ctx, long long done, long long total)
{
	struct reader *r = ctx;

	if (r->sink->progress != NULL && !r->sink->progress(r->sink->ctx, done, total))
		r->over = true;
	return !r->over;
}

static void begin_sheet(struct reader *r)
{
	const struct sheet_limits limits = {
		r->limits.max_cell, r->limits.max_columns, r->limits.max_bytes,
	};
	const struct sheet_sink sink = {
		.ctx = r, .row = on_sheet_row, .fault = on_sheet_fault, .progress = on_sheet_progress,
	};

	r->sheet = sheet_new(r->sheet_name, &limits, &sink);
}

/* --- the file --- */

const struct reader_limits reader_limits_most = {
	LONG_MAX, 1000, (size_t)1024 * 1024, 2000LL * 1024 * 1024,
};

struct reader_limits reader_limits_of(const struct conf *conf)
{
	return (struct reader_limits){
		.max_rows = conf->max_rows,
		.max_columns = conf->max_columns,
		.max_cell = (size_t)conf->max_cell_kb * 1024,
		.max_bytes = conf->max_upload_mb * 1024LL * 1024,
	};
}

struct reader *reader_new(enum reader_kind kind,
    const struct reader_limits *limits, const struct reader_sink *sink)
{
	struct reader *r = must(calloc(1, sizeof(*r)));
	const struct dialect_sink ends = { r, on_record, on_fault };

	r->kind = kind;
	r->limits = *limits;
	r->key.field = FIELD_uuid;
	r->sink = sink;
	r->mem = arena_new();
	r->now = arena_new();
	r->dialect = dialect_new(limits->max_cell, limits->max_columns, &ends);
	if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
		abort();
	csv_set_space_func(&r->parser, no_blank);
	csv_set_blk_size(&r->parser, 4096);
	return r;
}

void reader_choose_sheet(struct reader *r, const char *name)
{
	r->sheet_name = name;
}

void reader_find_by(struct reader *r, struct reader_key key)
{
	r->key = key;
}

void reader_refuse_unknown(struct reader *r, bool refuse)
{
	r->refuse_unknown = refuse;
}

void reader_ask_mapping(struct reader *r, reader_mapping *ask, void *ctx)
{
	r->ask = ask;
	r->ask_ctx = ctx;
}

void reader_decode(struct reader *r)
{
	r->decode = iconv_open("UTF-8", "WINDOWS-1252");
	if (r->decode == (iconv_t)-1)
		abort();	/* the C library always has this encoding */
	r->decoded = true;
}

/* Five bytes are not defined in Windows-1252: they become U+FFFD. */
static int decode_and_push(struct reader *r, const char *bytes, size_t n)
{
	char utf8[4096];
	int rc = 0;

	while (rc == 0 && n > 0) {
		/* iconv(3) does not write to its input. */
		char *from = (char *)(size_t)bytes, *to = utf8;
		size_t left = n, room = sizeof(utf8) - 3;

		if (iconv(r->decode, &from, &left, &to, &room) == (size_t)-1 && errno != E2BIG) {
			memcpy(to, "\xef\xbf\xbd", 3);
			to += 3;
			left--;
		}
		rc = dialect_push(r->dialect, utf8, (size_t)(to - utf8));
		bytes += n - left;
		n = left;
	}
	return rc;
}

static int push(struct reader *r, const char *bytes, size_t n)
{
	if (r->sheet != NULL)
		return sheet_push(r->sheet, bytes, n);
	return r->decoded ? decode_and_push(r, bytes, n) : dialect_push(r->dialect, bytes, n);
}

/* Finds out what the file is, once its first bytes (or all) are there. */
static int tell_kind(struct reader *r)
{
	r->known = true;
	if (sheet_begins(r->first, r->n_first))
		begin_sheet(r);
	/* A mark says more than what somebody chose. */
	if (r->decoded && r->n_first >= 3 && memcmp(r->first, "\xef\xbb\xbf", 3) == 0) {
		iconv_close(r->decode);
		r->decoded = false;
	}
	return push(r, r->first, r->n_first);
}

int reader_push(struct reader *r, const char *bytes, size_t n)
{
	if (r->over)
		return -1;
	for (; n > 0 && r->n_first < sizeof(r->first); n--)
		r->first[r->n_first++] = *bytes++;
	if (!r->known && (r->n_first < sizeof(r->first) || tell_kind(r) != 0))
		return r->n_first < sizeof(r->first) ? 0 : -1;
	return n == 0 ? 0 : push(r, bytes, n);
}

/* Warns of a column of phone numbers or PINs that the workbook holds as numbers. */
static bool give_numbers(struct reader *r, size_t c)
{
	const struct column *column = &r->header.columns[c];
	struct issue i = {
		.key = "number_cell", .line = r->header_line,
		.params = {
			{ "count", arena_printf(r->now, "%ld", r->numbers[c]) },
			{ "first", arena_printf(r->now, "%ld", r->first_number[c]) },
		},
	};

	if (r->numbers[c] == 0 || (column->kind != FIELD_NEW && column->kind != FIELD_OLD)
	    || !types[fields[column->field].type].dialled)
		return true;
	i.column = fields[column->field].name;
	return give(r, &i);
}

static bool give_nameless(struct reader *r, size_t position)
{
	struct issue i = {
		.key = "column_unknown.nameless", .line = r->header_line, .column = "",
		.params = { { "position", arena_printf(r->now, "%zu", position) } },
	};

	return give(r, &i);
}

/* Warns of `count` records, of which the first began on `line`. */
static bool give_records(struct reader *r, const char *key, long count, long line)
{
	struct issue i = {
		.key = key, .line = line,
		.params = { { "count", arena_printf(r->now, "%ld", count) } },
	};

	return count == 0 || give(r, &i);
}

static bool give_odd_records(struct reader *r)
{
	long line, count = dialect_unwrapped(r->dialect, &line);

	return give_records(r, "separator.wrapped", count, line)
	    && give_records(r, "header_again", r->headers, r->first_header);
}

/* Warns of ignored columns that held data. */
static bool give_ignored(struct reader *r)
{
	bool go_on = true;

	for (size_t c = 0; go_on && c < r->header.n; c++) {
		const struct column *column = &r->header.columns[c];
		struct issue i = { .line = r->header_line, .column = column->name };
		if (!give_numbers(r, c))
			return false;
		if (!r->held[c])
			continue;
		if (column->kind == FIELD_DROPPED) {
			i.key = "column_ignored";
			i.params[0] = (struct issue_param){ "why", "why.no_counterpart" };
		} else if (column->name[0] == '\0') {
			go_on = give_nameless(r, c + 1);
			continue;
		} else {
			continue;
		}
		go_on = give(r, &i);
	}
	return go_on && (r->beyond == 0 || give_nameless(r, r->beyond));
}

int reader_end(struct reader *r)
{
	struct issue empty = { .key = "file.empty" };

	if (r->over || (!r->known && tell_kind(r) != 0))
		return -1;
	if ((r->sheet != NULL ? sheet_end(r->sheet) : dialect_end(r->dialect)) != 0)
		return -1;
	if (r->title != NULL)
		refuse_title(r, NULL);
	else if (r->rows == 0)
		give(r, &empty);
	else if (give_odd_records(r))
		give_ignored(r);
	return r->over ? -1 : 0;
}

bool reader_workbook(const struct reader *r)
{
	return r->sheet != NULL;
}

long reader_rows(const struct reader *r)
{
	return r->rows;
}

void reader_free(struct reader *r)
{
	if (r == NULL)
		return;
	csv_free(&r->parser);
	if (r->decoded)
		iconv_close(r->decode);
	dialect_free(r->dialect);
	sheet_free(r->sheet);
	arena_free(r->mem);
	arena_free(r->now);
	buf_free(&r->bytes);
	free(r->cells);
	free(r->lengths);
	free(r->kinds);
	free(r);
}
