/* Fuzzes the reading of a file: reader and row get any bytes.
 *
 * The first byte chooses import or update, the second how the rest is cut into
 * chunks.  Read whole and read in chunks, a file must give the same records,
 * values and issues; every text that is given must be UTF-8, and no value of a
 * secret column may come out in an issue. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "csv/reader.h"
#include "csv/row.h"

struct run {
	enum reader_kind kind;
	const struct reader_sink *sink;
	struct arena *mem;
	struct buf told;	/* all that came out */
	bool error;		/* an error of the file: the last thing to come */
	long row;
	size_t stop_after;	/* records, then the sink says stop */
};

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void tell(struct run *r, const char *s)
{
	struct utf8 check = {0};
	size_t n = s == NULL ? 0 : strlen(s);

	if (s == NULL) {
		buf_addch(&r->told, '-');
		return;
	}
	must(utf8_check(&check, s, n) == n && utf8_whole(&check));
	buf_add(&r->told, s, n);
	buf_addch(&r->told, '\n');
}

static bool on_header(void *ctx, const struct header *h)
{
	struct run *r = ctx;

	must(!r->error && r->row == 0);
	buf_addch(&r->told, h->separator);
	for (size_t i = 0; i < h->n; i++)
		tell(r, h->columns[i].name);
	for (int f = 0; f < FIELD__MAX; f++)
		must(h->of_field[f] >= -1 && h->of_field[f] < (int)h->n);
	return true;
}

static void tell_value(struct run *r, const struct value *v)
{
	buf_addf(&r->told, "%d%d%d", v->state, v->masked, v->hashed);
	must((v->state == VALUE_VALID) == (v->text != NULL));
	must(v->state == VALUE_VALID || v->n_items == 0);
	if (v->text != NULL)
		tell(r, v->text);
	for (size_t i = 0; i < v->n_items; i++)
		tell(r, v->items[i]);
}

static bool on_record(void *ctx, const struct header *h, const struct record *rec)
{
	struct run *r = ctx;
	struct row row;

	must(!r->error && rec->row == r->row + 1 && rec->line > 1);
	r->row = rec->row;
	for (size_t i = 0; i < rec->n; i++) {
		must(strlen(rec->cells[i]) == rec->lengths[i]);
		tell(r, rec->cells[i]);
	}
	arena_reset(r->mem);
	row_check(r->kind, h, rec, true, r->mem, &row, r->sink);
	must(row.number == rec->row && row.line == rec->line);
	for (int f = 0; f < FIELD__MAX; f++) {
		if (row.values[f].state != VALUE_ABSENT || row.values[f].masked)
			tell_value(r, &row.values[f]);
	}
	return r->row != (long)r->stop_after;
}

static bool on_issue(void *ctx, const struct issue *i)
{
	struct run *r = ctx;
	struct buf text = {0};
	enum field_id id;

	must(!r->error && issue_text(i->key) != NULL);
	r->error = i->row == 0 && i->level == ISSUE_ERROR;
	if (i->column != NULL && i->value != NULL &&
	    field_find(i->column, strlen(i->column), &id) == FIELD_NEW)
		must(!field_secret(id));
	buf_addf(&r->told, "%ld %ld ", i->row, i->line);
	issue_write(&text, i, NULL, NULL);
	tell(r, buf_str(&text));
	buf_free(&text);
	return true;
}

/* Reads it in chunks that `cut` chooses, 0: whole. */
static void read_file(struct run *r, const uint8_t *p, size_t n, unsigned cut)
{
	const struct reader_sink sink = { r, on_header, on_record, on_issue, NULL };
	const struct reader_limits limits = { 40, 24, 300, 0 };
	struct reader *reader = reader_new(r->kind, &limits, &sink);
	int status = 0;

	r->sink = &sink;
	r->mem = arena_new();
	for (size_t at = 0, some; at < n && status == 0; at += some) {
		cut = cut == 0 ? 0 : cut * 1103515245u + 12345u;
		some = cut == 0 ? n : 1 + (cut >> 16) % 19;
		if (some > n - at)
			some = n - at;
		/* its own memory, so that a byte beyond the chunk is seen */
		char *copy = malloc(some);
		must(copy != NULL);
		memcpy(copy, p + at, some);
		status = reader_push(reader, copy, some);
		free(copy);
	}
	if (status == 0)
		status = reader_end(reader);
	must(reader_rows(reader) == r->row);
	must(!r->error || status == -1);
	reader_free(reader);
	arena_free(r->mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	struct run whole = {
		.kind = data[0] & 1 ? READER_UPDATE : READER_IMPORT,
		.stop_after = (data[0] >> 1) % 8 == 7 ? 2 : 0,
	};
	struct run cut = { .kind = whole.kind, .stop_after = whole.stop_after };

	read_file(&whole, data + 2, size - 2, 0);
	read_file(&cut, data + 2, size - 2, (unsigned)data[1] + 1);
	must(whole.told.len == cut.told.len);
	must(whole.told.len == 0 || memcmp(whole.told.data, cut.told.data, whole.told.len) == 0);
	buf_free(&whole.told);
	buf_free(&cut.told);
	return 0;
}
