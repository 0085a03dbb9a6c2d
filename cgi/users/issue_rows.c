/* The rows that a report shows.  Contract: transfer.h. */
#include "users/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "csv/issue.h"
#include "csv/row.h"
#include "csv/value.h"
#include "users/reread.h"

#define BATCH 1000		/* numbers of rows that are read at a time; worker_issue_rows has the same limit */
#define MUCH ((size_t)256 * 1024)

struct rows {
	struct task *task;
	struct arena *mem;	/* of one row */
	long wanted[BATCH];
	long last_n;		/* number of the last issue that was read */
	size_t n, at;		/* wanted[at] is the next row; at == n: none is left */
	struct buf out;		/* a JSON array that is not closed yet; empty: nothing to write */
	bool *secret;		/* for each column; lives as long as the header */
	bool secrets;		/* one of the columns is secret */
	struct arena *header;
	struct err *err;
	bool failed;
};

/* The numbers of the next rows that have issues, after the row `last`. */
static int next_batch(struct rows *r, long last, struct err *e)
{
	int got = 1;

	r->n = r->at = 0;
	/* All issues of a batch may belong to the row that came last. */
	while (r->n == 0 && got > 0) {
		PGresult *res = NULL;
		if (db_query(r->task->work, "worker_issue_rows", ARGS(arg_long(r->task->id), arg_long(r->last_n)),
		    &res, e) != 0)
			return -1;
		got = PQntuples(res);
		for (int i = 0; i < got && i < BATCH; i++) {
			long row = db_get_long(res, i, "row_number");
			r->last_n = db_get_long(res, i, "n");
			if (row > last)
				r->wanted[r->n++] = last = row;
		}
		PQclear(res);
	}
	return 0;
}

static int flush(struct rows *r, struct err *e)
{
	if (r->out.len == 0)
		return 0;
	buf_addch(&r->out, ']');
	if (db_query(r->task->work, "worker_issue_row_add", ARGS(arg_long(r->task->id),
	    arg_long(r->task->tenant_id), arg_text(buf_str(&r->out))), NULL, e) != 0)
		return -1;
	buf_reset(&r->out);
	return 0;
}

static bool on_header(void *ctx, const struct header *h)
{
	struct rows *r = ctx;

	r->secret = arena_alloc(r->header, (h->n + 1) * sizeof(*r->secret));
	for (size_t i = 0; i < h->n; i++) {
		r->secret[i] = column_secret(&h->columns[i]);
		r->secrets = r->secrets || r->secret[i];
	}
	return true;
}

/* Adds cells beyond the last column, under the name that the older service gives them. */
static void add_beyond(json_t *row, const struct header *h, const struct record *rec, bool hide)
{
	json_t *cells = json_array();

	for (size_t i = h->n; i < rec->n; i++)
		if (json_array_append_new(cells, json_string(hide && rec->lengths[i] > 0 ? VALUE_MASK
		    : rec->cells[i])) != 0)
			abort();
	if (json_array_size(cells) > 0 && json_object_set(row, "null", cells) != 0)
		abort();
	json_decref(cells);
}

/* Adds a row.  Its cells are not cut: all rows together are not larger than the upload. */
static void add_row(struct rows *r, const struct header *h, const struct record *rec)
{
	bool hide_all = r->secrets && !row_fits(h, rec);
	json_t *row = json_object();

	for (size_t i = 0; i < h->n && i < rec->n; i++) {
		const struct column *c = &h->columns[i];
		bool known = c->kind == FIELD_NEW || c->kind == FIELD_OLD;
		bool hide = rec->lengths[i] > 0 && (hide_all || r->secret[i]);
		if (c->kind != FIELD_REPORT && json_object_set_new(row, known ? fields[c->field].name : c->name,
		    json_string(hide ? VALUE_MASK : rec->cells[i])) != 0)
			abort();
	}
	add_beyond(row, h, rec, hide_all);
	buf_addch(&r->out, r->out.len == 0 ? '[' : ',');
	json_add(&r->out, json_pack("{s:I, s:o}", "n", (json_int_t)rec->row, "row", row));
}

static bool on_record(void *ctx, const struct header *h, const struct record *rec)
{
	struct rows *r = ctx;

	if (rec->row < r->wanted[r->at])
		return true;
	arena_reset(r->mem);
	add_row(r, h, rec);
	r->at++;
	if ((r->out.len >= MUCH && flush(r, r->err) != 0)
	    || (r->at == r->n && next_batch(r, rec->row, r->err) != 0))
		r->failed = true;
	return !r->failed && r->at < r->n;
}

static int read_again(struct rows *r, enum reader_kind kind, struct err *e)
{
	const struct reread to = { .ctx = r, .header = on_header, .record = on_record };
	int rc;

	r->mem = arena_new();
	r->header = arena_new();
	rc = reread_upload(r->task, kind, &to, NULL, e);
	if (rc == 0 && (r->failed || flush(r, e) != 0))
		rc = -1;
	arena_free(r->header);
	arena_free(r->mem);
	return rc;
}

int issue_rows_write(struct task *t, enum reader_kind kind, struct err *e)
{
	struct rows r = { .task = t, .err = e };
	int rc = next_batch(&r, 0, e);

	if (rc == 0 && r.n > 0)
		rc = read_again(&r, kind, e);
	buf_free(&r.out);
	return rc;
}
