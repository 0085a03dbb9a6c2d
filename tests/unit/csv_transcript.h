/* For the tests of cgi/csv: the result of reading a file, as lines of text that are easy to compare.
 * One line for each call of the sink:
 *
 *   header ; [firstname|lastname]
 *   record 1 line 2 [Ann|Lee]
 *   error file.utf8 row 0 line 3 column - value - {offset=12}
 */
#ifndef TESTS_UNIT_CSV_TRANSCRIPT_H
#define TESTS_UNIT_CSV_TRANSCRIPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "csv/reader.h"
#include "csv/row.h"

struct transcript {
	enum reader_kind kind;
	bool rows;		/* check cells, and say what is wrong with them */
	bool records;		/* write records down */
	int stop_at;		/* the sink says stop at its n-th call, 0: never */
	int calls;
	int status;		/* what reading returned */
	struct reader_limits limits;
	struct buf out;
	struct arena *mem;
	struct row row;		/* the last one checked */
	const struct reader_sink *sink;
};

static inline void transcript_text(struct buf *out, const char *s)
{
	if (s == NULL)
		buf_addch(out, '-');
	for (; s != NULL && *s != '\0'; s++) {
		if (*s == '\n')
			buf_adds(out, "\\n");
		else if (*s == '\r')
			buf_adds(out, "\\r");
		else
			buf_addch(out, *s);
	}
}

static inline bool transcript_go_on(struct transcript *t)
{
	t->calls++;
	assert_true(t->stop_at == 0 || t->calls <= t->stop_at);
	return t->calls != t->stop_at;
}

static inline bool transcript_header(void *ctx, const struct header *h)
{
	struct transcript *t = ctx;

	buf_addf(&t->out, "header %c [", h->separator);
	for (size_t i = 0; i < h->n; i++) {
		buf_adds(&t->out, i == 0 ? "" : "|");
		transcript_text(&t->out, h->columns[i].name);
	}
	buf_adds(&t->out, "]\n");
	return transcript_go_on(t);
}

static inline bool transcript_record(void *ctx, const struct header *h, const struct record *r)
{
	struct transcript *t = ctx;

	if (t->records) {
		buf_addf(&t->out, "record %ld line %ld [", r->row, r->line);
		for (size_t i = 0; i < r->n; i++) {
			assert_int_equal(strlen(r->cells[i]), r->lengths[i]);
			buf_adds(&t->out, i == 0 ? "" : "|");
			transcript_text(&t->out, r->cells[i]);
		}
		buf_adds(&t->out, "]\n");
	}
	bool go_on = transcript_go_on(t);
	if (t->rows && go_on) {
		arena_reset(t->mem);
		row_check(t->kind, h, r, true, t->mem, &t->row, t->sink);
		go_on = t->stop_at == 0 || t->calls < t->stop_at;
	}
	return go_on;
}

static inline bool transcript_issue(void *ctx, const struct issue *i)
{
	struct transcript *t = ctx;

	assert_non_null(issue_text(i->key));
	assert_int_equal(i->level, issue_level_of(i->key));
	buf_addf(&t->out, "%s %s row %ld line %ld column ",
	    i->level == ISSUE_ERROR ? "error" : "warning", i->key, i->row, i->line);
	transcript_text(&t->out, i->column);
	buf_adds(&t->out, " value ");
	transcript_text(&t->out, i->value);
	buf_adds(&t->out, " {");
	for (size_t p = 0, n = 0; p < ISSUE_PARAMS_MAX && i->params[p].name != NULL; p++) {
		if (i->params[p].value != NULL)
			buf_addf(&t->out, "%s%s=%s", n++ == 0 ? "" : ",",
			    i->params[p].name, i->params[p].value);
	}
	buf_adds(&t->out, "}\n");
	return transcript_go_on(t);
}

/* Reads the bytes in chunks of `chunk` (0: all at once; below 0: of random
 * sizes up to -chunk) and returns the transcript, which lives in `t`. */
static inline const char *transcript_read(struct transcript *t, const char *bytes, size_t n,
    long chunk)
{
	const struct reader_sink sink = {
		t, transcript_header, transcript_record, transcript_issue, NULL
	};
	struct reader_limits limits = { 1000, 200, 65536, 0 };

	if (t->limits.max_rows != 0)
		limits = t->limits;
	if (t->mem == NULL)
		t->mem = arena_new();
	buf_reset(&t->out);
	t->sink = &sink;
	t->calls = t->status = 0;
	struct reader *r = reader_new(t->kind, &limits, &sink);
	for (size_t at = 0; at < n && t->status == 0;) {
		size_t some = chunk == 0 ? n : chunk > 0 ? (size_t)chunk :
		    1 + (size_t)rand() % (size_t)-chunk;
		if (some > n - at)
			some = n - at;
		/* a copy, so that reading past the chunk is seen */
		char *copy = malloc(some);
		assert_non_null(copy);
		memcpy(copy, bytes + at, some);
		t->status = reader_push(r, copy, some);
		free(copy);
		at += some;
	}
	if (t->status == 0)
		t->status = reader_end(r);
	else
		assert_int_equal(reader_push(r, "x", 1), -1);
	reader_free(r);
	return buf_str(&t->out);
}

static inline void transcript_free(struct transcript *t)
{
	buf_free(&t->out);
	arena_free(t->mem);
	t->mem = NULL;
}

/* Asserts that the transcript of the bytes is `expected`, for chunks of any size. */
static inline void transcript_expect(struct transcript *t, const char *bytes, size_t n,
    const char *expected)
{
	static const long chunks[] = { 0, 1, 2, 3, 7, -5, -64 };

	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++)
		assert_string_equal(transcript_read(t, bytes, n, chunks[i]), expected);
}

/* All bytes of a file; the caller frees the buffer. */
static inline struct buf transcript_file(const char *path)
{
	struct buf b = {0};
	char piece[4096];
	size_t n;
	FILE *in = fopen(path, "rb");

	if (in == NULL)
		fail_msg("cannot open %s", path);
	while ((n = fread(piece, 1, sizeof(piece), in)) > 0)
		buf_add(&b, piece, n);
	fclose(in);
	return b;
}

/* A seed for rand(); it is printed, and SEED in the environment sets it again. */
static inline void transcript_seed(void)
{
	const char *given = getenv("SEED");
	struct timespec now;

	timespec_get(&now, TIME_UTC);
	unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) :
	    (unsigned)(now.tv_sec ^ now.tv_nsec);
	fprintf(stderr, "# SEED=%u\n", seed);
	srand(seed);
}

#endif
