/* result.csv.  Contract: result_csv.h. */
#include "users/result_csv.h"

#include <string.h>

#include "auth/account.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "csv/reader.h"
#include "csv/rewrite.h"
#include "csv/writer.h"
#include "csv/value.h"
#include "users/reread.h"

#define BATCH 500			/* rows whose users are read together */
#define MUCH ((size_t)256 * 1024)	/* bytes of rows that end a batch earlier */

static const enum field_id own[] = {
	FIELD_uuid, FIELD_provisioning_code, FIELD_sip_username, FIELD_sip_secret,
};
#define OWN (sizeof(own) / sizeof(own[0]))

struct pass {
	const struct result_csv *o;
	struct rewrite rewrite;
	struct arena *head;	/* of the header's life */
	struct header header;
	struct arena *mem;	/* of a batch */
	struct record rows[BATCH];
	size_t n, bytes;	/* of the batch */
	struct buf out;
	struct err *err;
	bool failed;		/* err is set */
};

/* --- the users of a batch -------------------------------------------------- */

/* The uuids of the batch as an array literal. */
static const char *uuids(struct pass *p)
{
	int column = p->header.of_field[FIELD_uuid];
	struct buf list = {0};
	const char *kept;

	for (size_t i = 0; i < p->n; i++) {
		const struct record *r = &p->rows[i];
		const char *cell = column >= 0 && (size_t)column < r->n ? r->cells[column] : "";
		size_t n = utf8_trim(&cell, strlen(cell));
		const char *uuid = arena_strndup(p->mem, cell, n);
		buf_addch(&list, i == 0 ? '{' : ',');
		buf_adds(&list, uuid_valid(uuid) ? uuid : "NULL");
	}
	buf_addch(&list, '}');
	kept = arena_strdup(p->mem, buf_str(&list));
	buf_free(&list);
	return kept;
}

static int ask(struct pass *p, PGresult **res, struct err *e)
{
	const struct stored_file *f = p->o->file;
	long first = p->rows[0].row, last = p->rows[p->n - 1].row;

	if (p->o->update)
		return account_query(f->db, f->who, "report_named", ARGS(arg_long(first), arg_text(uuids(p))),
		    res, e);
	return account_query(f->db, f->who, "report_made", ARGS(arg_long(f->job), arg_long(first),
	    arg_long(last)), res, e);
}

/* --- writing --------------------------------------------------------------- */

/* Writes a record; `at` is the row of `res` with its user, -1 if there is none. */
static void add_record(struct pass *p, const struct record *r, const PGresult *res, int at)
{
	const char *values[OWN] = {0};

	for (size_t k = 0; at >= 0 && k < OWN; k++) {
		values[k] = db_get(res, at, fields[own[k]].name);
		if (values[k] != NULL && field_secret(own[k]) && !p->o->secrets)
			values[k] = VALUE_MASK;
	}
	rewrite_record(&p->out, &p->rewrite, &p->header, r, NULL, values);
}

static bool flush(struct pass *p)
{
	p->failed = p->o->write(p->o->ctx, p->out.data, p->out.len, p->err) != 0;
	buf_reset(&p->out);
	return !p->failed;
}

static bool write_batch(struct pass *p)
{
	PGresult *res = NULL;
	int at = 0;

	if (p->n > 0) {
		p->failed = ask(p, &res, p->err) != 0;
		for (size_t i = 0; !p->failed && i < p->n; i++) {
			bool here = at < PQntuples(res) && db_get_long(res, at, "row_number") == p->rows[i].row;
			add_record(p, &p->rows[i], res, here ? at : -1);
			at += here;
		}
		PQclear(res);
	}
	p->n = p->bytes = 0;
	arena_reset(p->mem);
	return !p->failed && flush(p);
}

/* --- reading --------------------------------------------------------------- */

/* The header is valid during the call only, so it is copied for the batches. */
static bool on_header(void *ctx, const struct header *h)
{
	struct pass *p = ctx;
	struct column *columns = arena_alloc(p->head, (h->n + 1) * sizeof(*columns));

	for (size_t i = 0; i < h->n; i++) {
		columns[i] = h->columns[i];
		columns[i].name = arena_strdup(p->head, h->columns[i].name);
	}
	p->header = *h;
	p->header.columns = columns;
	p->rewrite.separator = h->workbook ? p->o->separator : writer_like(h->separator);
	buf_adds(&p->out, "\xef\xbb\xbf");
	rewrite_header(&p->out, &p->rewrite, h);
	return true;
}

static void keep(struct pass *p, const struct record *r)
{
	const char **cells = arena_alloc(p->mem, (r->n + 1) * sizeof(*cells));
	size_t *lengths = arena_alloc(p->mem, (r->n + 1) * sizeof(*lengths));

	for (size_t i = 0; i < r->n; i++) {
		cells[i] = arena_strndup(p->mem, r->cells[i], r->lengths[i]);
		lengths[i] = r->lengths[i];
		p->bytes += r->lengths[i] + sizeof(*cells) + sizeof(*lengths);
	}
	p->rows[p->n] = *r;
	p->rows[p->n].cells = cells;
	p->rows[p->n].lengths = lengths;
	p->n++;
}

static bool on_record(void *ctx, const struct header *h, const struct record *r)
{
	struct pass *p = ctx;

	(void)h;
	keep(p, r);
	return (p->n < BATCH && p->bytes < MUCH) || write_batch(p);
}

int result_csv_write(const struct result_csv *o, struct err *e)
{
	struct pass p = { .o = o, .rewrite = { .own = own, .n = OWN, .raw = o->raw }, .err = e };
	const struct reread to = { &p, on_header, on_record };
	bool whole;
	int rc;

	p.head = arena_new();
	p.mem = arena_new();
	rc = reread_stored(o->file, &to, &whole, e);
	if (rc == 0 && !whole && !p.failed)
		rc = err_set(e, ERR_INVALID, NULL, "the file cannot be read to its end");
	if (rc != 0 || p.failed || !write_batch(&p))
		rc = -1;
	arena_free(p.head);
	arena_free(p.mem);
	buf_free(&p.out);
	return rc;
}
