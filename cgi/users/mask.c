/* Masked copies of uploads.  Contract: mask.h. */
#include "users/mask.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "csv/value.h"
#include "csv/writer.h"
#include "db/copy.h"
#include "job/chunk.h"
#include "users/stage.h"

#define CHUNK 262144

struct mask {
	struct task *task;
	struct reader *reader;
	struct reader_sink sink;
	struct buf out;
	long seq;
	struct err *err;
	bool failed;
	bool readable;
};

static int flush(struct mask *m) {
	char id[24], seq[24], tenant[24];
	const char *params[] = { id, seq, tenant, m->out.data };
	int lengths[] = { -1, -1, -1, (int)m->out.len };

	snprintf(id, sizeof id, "%ld", m->task->id);
	snprintf(seq, sizeof seq, "%ld", m->seq);
	snprintf(tenant, sizeof tenant, "%ld", m->task->tenant_id);
	if (db_query_bytes(m->task->work, "worker_mask_add", 4, params, lengths, NULL, m->err) != 0)
		return -1;
	m->seq++;
	buf_reset(&m->out);
	return 0;
}

static bool end_record(struct mask *m) {
	writer_end(&m->out);
	if (m->out.len >= CHUNK && flush(m) != 0)
		m->failed = true;
	return !m->failed;
}

static bool on_header(void *ctx, const struct header *h) {
	struct mask *m = ctx;

	for (size_t i = 0; i < h->n; i++)
		writer_cell(&m->out, i == 0, h->columns[i].name, strlen(h->columns[i].name), false);
	return end_record(m);
}

static bool is_secret(const struct column *c) {
	return (c->kind == FIELD_NEW || c->kind == FIELD_OLD) && field_secret(c->field);
}

static bool on_record(void *ctx, const struct header *h, const struct record *r) {
	struct mask *m = ctx;

	for (size_t i = 0; i < r->n; i++) {
		/* A cell beyond the header may be a secret that slipped. */
		bool hide = r->lengths[i] > 0 && (i >= h->n || is_secret(&h->columns[i]));
		if (hide)
			writer_cell(&m->out, i == 0, VALUE_MASK, strlen(VALUE_MASK), false);
		else
			writer_cell(&m->out, i == 0, r->cells[i], r->lengths[i], false);
	}
	return end_record(m);
}

static bool on_issue(void *ctx, const struct issue *i) {
	(void)ctx;
	(void)i;
	return true;
}

static bool on_chunk(void *ctx, const char *bytes, size_t n) {
	struct mask *m = ctx;

	m->readable = reader_push(m->reader, bytes, n) == 0;
	return m->readable && !m->failed;
}

/* Writes the masked copy; *readable is false where the file is no CSV. */
static int copy_masked(struct task *t, enum reader_kind kind, bool *readable, struct err *e) {
	struct reader_limits limits = stage_limits(t->conf);
	struct mask m = { .task = t, .err = e, .readable = true };
	int rc;

	m.sink = (struct reader_sink){ .ctx = &m, .header = on_header, .record = on_record,
		.issue = on_issue };
	m.reader = reader_new(kind, &limits, &m.sink);
	rc = chunk_each(t, on_chunk, &m, e);
	if (rc == 0 && !m.failed && m.readable)
		m.readable = reader_end(m.reader) == 0;
	if (rc == 0 && !m.failed && m.readable && m.out.len > 0)
		m.failed = flush(&m) != 0;
	reader_free(m.reader);
	buf_free(&m.out);
	*readable = m.readable;
	return rc != 0 || m.failed ? -1 : 0;
}

int mask_upload(struct task *t, enum reader_kind kind, bool secrets, struct err *e) {
	char id[24];
	const char *const params[] = { id };
	bool readable = true;

	snprintf(id, sizeof id, "%ld", t->id);
	if (!secrets)
		return db_query(t->work, "worker_mask_all", 1, params, NULL, e);
	if (copy_masked(t, kind, &readable, e) != 0)
		return -1;
	if (!readable && db_query(t->work, "worker_mask_delete", 1, params, NULL, e) != 0)
		return -1;
	return db_query(t->work, "worker_upload_delete", 1, params, NULL, e);
}

int mask_stale(struct task *t, struct err *e) {
	char hours[24];
	const char *const params[] = { hours };
	PGresult *res = NULL;
	int found = 0;
	int rc = 0;

	snprintf(hours, sizeof hours, "%ld", t->conf->retention_hours);
	if (db_begin(t->work, "", false, e) != 0)
		return -1;
	if (db_query(t->work, "worker_stale", 1, params, &res, e) != 0)
		rc = -1;
	if (rc == 0 && PQntuples(res) == 1) {
		found = 1;
		t->id = db_get_long(res, 0, "id");
		t->tenant_id = db_get_long(res, 0, "tenant_id");
		rc = mask_upload(t, strcmp(db_get(res, 0, "kind"), "update") == 0
		    ? READER_UPDATE : READER_IMPORT, true, e);
	}
	PQclear(res);
	if (rc != 0) {
		db_rollback(t->work);
		return -1;
	}
	return db_commit(t->work, e) != 0 ? -1 : found;
}
