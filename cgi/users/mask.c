/* Masked copies of uploads.  Contract: mask.h. */
#include "users/mask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "csv/row.h"
#include "csv/value.h"
#include "csv/writer.h"
#include "sheet/xlsx_writer.h"

#define CHUNK 262144

struct mask {
	FILE *file;	/* NULL: the header has no secrets, and nothing needs to be written */
	struct buf record;	/* of a CSV file */
	struct xlsx_writer *sheet;	/* of a workbook */
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
	xlsx_writer_free(m->sheet);
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

static bool write_bytes(void *ctx, const char *bytes, size_t n)
{
	struct mask *m = ctx;

	return fwrite(bytes, 1, n, m->file) == n;
}

static int not_written(struct err *e)
{
	return err_set(e, ERR_IO, "temporary file", "cannot be written: %s", strerror(errno));
}

static void add_cell(struct mask *m, bool first, enum cell_kind kind, const char *bytes, size_t n)
{
	if (m->sheet != NULL)
		xlsx_cell(m->sheet, kind == CELL_NUMBER ? CELL_NUMBER : CELL_TEXT, bytes, n);
	else
		writer_cell(&m->record, ',', first, bytes, n, false);
}

static int end_record(struct mask *m, struct err *e)
{
	bool ok;

	if (m->sheet != NULL)
		return xlsx_flush(m->sheet) ? 0 : not_written(e);
	writer_end(&m->record);
	ok = write_bytes(m, m->record.data, m->record.len);
	buf_reset(&m->record);
	return ok ? 0 : not_written(e);
}

int mask_header(struct mask *m, const struct header *h, struct err *e)
{
	/* A workbook may have secrets outside of the sheet that was read: only the sheet is kept. */
	if (!h->workbook && !h->decoded && !has_secrets(h))
		return 0;
	m->file = file_temporary(e);
	if (m->file == NULL)
		return -1;
	if (h->workbook) {
		m->sheet = xlsx_writer_new("Users", write_bytes, m);
		xlsx_row(m->sheet, h->line);
	}
	for (size_t i = 0; i < h->n; i++) {
		const char *name = h->columns[i].name;
		if (h->workbook)
			add_cell(m, i == 0, CELL_TEXT, name, strlen(name));
		else
			writer_name(&m->record, ',', i == 0, name, false);
	}
	return end_record(m, e);
}

int mask_record(struct mask *m, const struct header *h, const struct record *r, struct err *e)
{
	bool slipped;	/* the cells do not fit the header: each may be a secret */

	if (m->file == NULL)
		return 0;
	slipped = !row_fits(h, r);
	if (m->sheet != NULL)
		xlsx_row(m->sheet, r->line);
	for (size_t i = 0; i < r->n; i++) {
		enum cell_kind kind = r->kinds == NULL ? CELL_TEXT : (enum cell_kind)r->kinds[i];
		if (r->lengths[i] > 0 && (slipped || i >= h->n || column_secret(&h->columns[i])))
			add_cell(m, i == 0, CELL_TEXT, VALUE_MASK, strlen(VALUE_MASK));
		else
			add_cell(m, i == 0, kind, r->cells[i], r->lengths[i]);
	}
	return end_record(m, e);
}

static int store_chunk(struct task *t, long seq, const char *bytes, size_t n, struct err *e)
{
	return db_query(t->work, "worker_mask_add", ARGS(arg_long(t->id), arg_long(seq),
	    arg_long(t->tenant_id), arg_bytes(bytes, n)), NULL, e);
}

/* Ends the workbook, once. */
static int end_sheet(struct mask *m, struct err *e)
{
	bool ok = m->sheet == NULL || xlsx_end(m->sheet);

	xlsx_writer_free(m->sheet);
	m->sheet = NULL;
	return ok ? 0 : not_written(e);
}

static int store_chunks(struct mask *m, struct task *t, struct err *e)
{
	struct buf chunk = {0};
	char bytes[16384];
	long seq = 0;
	size_t n;
	int rc = 0;

	if (end_sheet(m, e) != 0)
		return -1;
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
