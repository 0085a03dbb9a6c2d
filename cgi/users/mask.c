/* Masked copies of uploads.  Contract: mask.h. */
#include "users/mask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "csv/row.h"
#include "csv/value.h"
#include "csv/writer.h"
#include "users/reread.h"

#define CHUNK 262144

struct mask {
	FILE *file;	/* NULL until the header is known to have secrets */
	struct buf record;
};

struct mask *mask_new(void)
{
	struct mask *m = calloc(1, sizeof(*m));

	if (m == NULL)
		abort();
	return m;
}

void mask_free(struct mask *m)
{
	if (m == NULL)
		return;
	if (m->file != NULL)
		fclose(m->file);
	buf_free(&m->record);
	free(m);
}

static bool has_secrets(const struct header *h)
{
	for (size_t i = 0; i < h->n; i++)
		if (column_secret(&h->columns[i]))
			return true;
	return false;
}

static int write_record(struct mask *m, struct err *e)
{
	writer_end(&m->record);
	if (fwrite(m->record.data, 1, m->record.len, m->file) != m->record.len)
		return err_set(e, ERR_IO, "temporary file", "cannot be written: %s", strerror(errno));
	buf_reset(&m->record);
	return 0;
}

int mask_header(struct mask *m, const struct header *h, struct err *e)
{
	if (!has_secrets(h))
		return 0;
	m->file = tmpfile();
	if (m->file == NULL)
		return err_set(e, ERR_IO, "temporary file", "cannot be made: %s", strerror(errno));
	for (size_t i = 0; i < h->n; i++)
		writer_name(&m->record, i == 0, h->columns[i].name, false);
	return write_record(m, e);
}

int mask_record(struct mask *m, const struct header *h, const struct record *r, struct err *e)
{
	bool slipped;	/* any cell may be a secret that stands under another column */

	if (m->file == NULL)
		return 0;
	slipped = !row_fits(h, r);
	for (size_t i = 0; i < r->n; i++) {
		if (r->lengths[i] > 0 && (slipped || i >= h->n || column_secret(&h->columns[i])))
			writer_cell(&m->record, i == 0, VALUE_MASK, strlen(VALUE_MASK), false);
		else
			writer_cell(&m->record, i == 0, r->cells[i], r->lengths[i], false);
	}
	return write_record(m, e);
}

static int store_chunk(struct task *t, long seq, const char *bytes, size_t n, struct err *e)
{
	return db_query(t->work, "worker_mask_add", ARGS(arg_long(t->id), arg_long(seq),
	    arg_long(t->tenant_id), arg_bytes(bytes, n)), NULL, e);
}

static int store_chunks(struct mask *m, struct task *t, struct err *e)
{
	struct buf chunk = {0};
	char bytes[16384];
	long seq = 0;
	size_t n;
	int rc = 0;

	if (fflush(m->file) != 0 || fseek(m->file, 0, SEEK_SET) != 0)
		return err_set(e, ERR_IO, "temporary file", "cannot be read: %s", strerror(errno));
	do {
		n = fread(bytes, 1, sizeof(bytes), m->file);
		buf_add(&chunk, bytes, n);
		if (chunk.len >= CHUNK || (n == 0 && chunk.len > 0)) {
			rc = store_chunk(t, seq++, chunk.data, chunk.len, e);
			buf_reset(&chunk);
		}
	} while (rc == 0 && n > 0);
	if (rc == 0 && ferror(m->file))
		rc = err_set(e, ERR_IO, "temporary file", "cannot be read: %s", strerror(errno));
	buf_free(&chunk);
	return rc;
}

/* A query whose one parameter is the job. */
static int of_job(struct task *t, const char *query, struct err *e)
{
	return db_query(t->work, query, ARGS(arg_long(t->id)), NULL, e);
}

int mask_store(struct mask *m, struct task *t, struct err *e)
{
	if (m->file == NULL)
		return of_job(t, "worker_mask_all", e);
	if (store_chunks(m, t, e) != 0)
		return -1;
	return of_job(t, "worker_upload_delete", e);
}

int mask_keep(struct mask *m, struct task *t, struct err *e)
{
	return m->file != NULL ? store_chunks(m, t, e) : of_job(t, "worker_mask_copy", e);
}

/* An old upload being read once more. */
struct reading {
	struct mask *mask;
	struct err *err;
	bool failed;	/* err is set */
};

static bool on_header(void *ctx, const struct header *h)
{
	struct reading *r = ctx;

	r->failed = mask_header(r->mask, h, r->err) != 0;
	return !r->failed;
}

static bool on_record(void *ctx, const struct header *h, const struct record *record)
{
	struct reading *r = ctx;

	r->failed = mask_record(r->mask, h, record, r->err) != 0;
	return !r->failed;
}

static int mask_old(struct task *t, enum reader_kind kind, struct err *e)
{
	struct reading r = { .mask = mask_new(), .err = e };
	const struct reread to = { .ctx = &r, .header = on_header, .record = on_record };
	bool whole;
	int rc = reread_upload(t, kind, &to, &whole, e);

	if (rc == 0 && !r.failed)
		rc = whole ? mask_store(r.mask, t, e) : of_job(t, "worker_upload_delete", e);
	mask_free(r.mask);
	return r.failed ? -1 : rc;
}

int mask_stale(struct task *t, struct err *e)
{
	PGresult *res = NULL;
	int found = 0;
	int rc = 0;

	if (db_begin(t->work, "", false, e) != 0)
		return -1;
	if (db_query(t->work, "worker_stale", ARGS(arg_long(t->conf->retention_hours), arg_long(t->unmasked)),
	    &res, e) != 0)
		rc = -1;
	if (rc == 0 && PQntuples(res) == 1) {
		found = 1;
		t->id = db_get_long(res, 0, "id");
		t->tenant_id = db_get_long(res, 0, "tenant_id");
		rc = db_get_bool(res, 0, "masked") ? of_job(t, "worker_upload_delete", e)
		    : mask_old(t, strcmp(db_get(res, 0, "kind"), "update") == 0
		    ? READER_UPDATE : READER_IMPORT, e);
		/* From now on nothing can be applied that was checked. */
		if (rc == 0)
			rc = of_job(t, "worker_masked", e);
	}
	PQclear(res);
	if (rc == 0)
		rc = db_commit(t->work, e);
	else
		db_rollback(t->work);
	if (rc != 0 || found == 0)
		t->unmasked = found != 0 ? t->id : 0;
	return rc == 0 ? found : -1;
}
