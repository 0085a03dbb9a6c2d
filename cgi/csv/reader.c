/* The bytes of an upload become records.
 *
 * The dialect gives strict records one by one; libcsv takes each apart into
 * cells; the first is the header (csv/header.c).  libcsv's callbacks cannot
 * stop it, so they only collect: a record is judged after csv_parse. */
#include "csv/reader.h"

#include <csv.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "csv/dialect.h"
#include "csv/header.h"

struct reader {
	enum reader_kind kind;
	struct reader_limits limits;
	const struct reader_sink *sink;
	struct dialect *dialect;
	struct csv_parser parser;
	struct arena *mem;	/* what lives as long as the file: the header */
	struct arena *now;	/* what lives as long as one issue */
	struct header header;
	bool *held;		/* of each column: whether a record had data in it */
	long header_line;	/* 0: no header yet */
	long rows;
	bool over;

	/* the record being read: its cells one after the other, each with a NUL */
	struct buf bytes;
	size_t n, room;
	const char **cells;
	size_t *lengths;
};

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

/* --- libcsv --- */

static void on_cell(void *cell, size_t n, void *ctx)
{
	struct reader *r = ctx;

	if (r->n == r->room) {
		r->room = r->room == 0 ? 64 : r->room * 2;
		r->cells = must(realloc(r->cells, r->room * sizeof(*r->cells)));
		r->lengths = must(realloc(r->lengths, r->room * sizeof(*r->lengths)));
	}
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
	if (strcmp(f->key, "file.utf8") == 0 || strcmp(f->key, "file.nul") == 0)
		i.params[0] = (struct issue_param){ "offset", arena_printf(r->now, "%llu", f->offset) };
	give(r, &i);
}

/* --- records --- */

static bool on_header(struct reader *r, long line)
{
	const struct header_job job = {
		.kind = r->kind, .line = line, .mem = r->mem, .now = r->now,
		.ctx = r, .give = give_from_header,
	};
	enum sniff_from from;
	char separator = dialect_separator(r->dialect, &from);

	r->header_line = line;
	if (!header_read(&job, r->n, r->cells, separator, from == SNIFF_GUESSED, &r->header))
		return false;
	r->held = arena_alloc(r->mem, r->n * sizeof(*r->held));
	return r->sink->header == NULL || r->sink->header(r->sink->ctx, &r->header);
}

static bool on_data(struct reader *r, long line)
{
	const struct record record = {
		.row = r->rows + 1, .line = line,
		.n = r->n, .cells = r->cells, .lengths = r->lengths,
	};

	if (record.row > r->limits.max_rows)
		return limit_exceeded(r, "file.limit_rows", r->limits.max_rows, line, NULL);
	r->rows = record.row;
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
	if (!(r->header_line == 0 ? on_header(r, line) : on_data(r, line)))
		r->over = true;
	return !r->over;
}

/* --- the file --- */

const struct reader_limits reader_limits_most = { LONG_MAX, 1000, (size_t)1024 * 1024 };

struct reader_limits reader_limits_of(const struct conf *conf)
{
	return (struct reader_limits){
		.max_rows = conf->max_rows,
		.max_columns = conf->max_columns,
		.max_cell = (size_t)conf->max_cell_kb * 1024,
	};
}

struct reader *reader_new(enum reader_kind kind,
    const struct reader_limits *limits, const struct reader_sink *sink)
{
	struct reader *r = must(calloc(1, sizeof(*r)));
	const struct dialect_sink ends = { r, on_record, on_fault };

	r->kind = kind;
	r->limits = *limits;
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

int reader_push(struct reader *r, const char *bytes, size_t n)
{
	if (r->over)
		return -1;
	return dialect_push(r->dialect, bytes, n);
}

/* Warns of the columns that were ignored although they held data. */
static bool give_ignored(struct reader *r)
{
	bool go_on = true;

	for (size_t c = 0; go_on && c < r->header.n; c++) {
		const struct column *column = &r->header.columns[c];
		struct issue i = { .line = r->header_line, .column = column->name };
		if (!r->held[c])
			continue;
		if (column->kind == FIELD_DROPPED) {
			i.key = "column_ignored";
			i.params[0] = (struct issue_param){ "why", "why.no_counterpart" };
		} else if (column->name[0] == '\0') {
			i.key = "column_unknown.nameless";
			i.params[0] = (struct issue_param){ "position",
			    arena_printf(r->now, "%zu", c + 1) };
		} else {
			continue;
		}
		go_on = give(r, &i);
	}
	return go_on;
}

int reader_end(struct reader *r)
{
	struct issue empty = { .key = "file.empty" };

	if (r->over || dialect_end(r->dialect) != 0)
		return -1;
	if (r->rows == 0)
		give(r, &empty);
	else
		give_ignored(r);
	return r->over ? -1 : 0;
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
	dialect_free(r->dialect);
	arena_free(r->mem);
	arena_free(r->now);
	buf_free(&r->bytes);
	free(r->cells);
	free(r->lengths);
	free(r);
}
