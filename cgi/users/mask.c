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

int mask_store(struct mask *m, struct task *t, struct err *e)
{
	if (m->file == NULL)
		return db_query(t->work, "worker_mask_all", ARGS(arg_long(t->id)), NULL, e);
	if (store_chunks(m, t, e) != 0)
		return -1;
	return db_query(t->work, "worker_upload_delete", ARGS(arg_long(t->id)), NULL, e);
}

int mask_keep(struct mask *m, struct task *t, struct err *e)
{
	return m->file != NULL ? store_chunks(m, t, e)
	    : db_query(t->work, "worker_mask_copy", ARGS(arg_long(t->id)), NULL, e);
}
