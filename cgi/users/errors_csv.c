/* errors.csv.  Contract: errors_csv.h. */
#include "users/errors_csv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "csv/reader.h"
#include "csv/rewrite.h"
#include "csv/writer.h"
#include "users/report.h"
#include "users/reread.h"

#define PIECE ((size_t)64 * 1024)

struct pass {
	const struct errors_csv *to;	/* what is written, and where */
	struct rewrite rewrite;
	struct arena *mem;	/* of one page of issues */
	struct issue *issues;
	size_t n, at;		/* issues[at] is the next one; at == n: read another page */
	long after;		/* how many issues were fetched */
	bool last;		/* the last page was read */
	struct buf text, out;
	struct err *err;
	bool failed;		/* err is set */
};

/* The next issue, NULL past the last or after a fault. */
static const struct issue *next(struct pass *p)
{
	const struct stored_file *f = p->to->file;
	const struct report r = { .db = f->db, .who = f->who, .job = f->job, .mem = p->mem };

	if (p->at == p->n && !p->last && !p->failed) {
		arena_reset(p->mem);
		p->n = p->at = 0;
		p->failed = report_issues_after(&r, p->after, &p->issues, &p->n, p->err) != 0;
		p->after += (long)p->n;
		p->last = p->n == 0;
	}
	return p->at < p->n ? &p->issues[p->at] : NULL;
}

/* Fills p->text with the issues of a row.  Returns whether one of them is an error. */
static bool collect(struct pass *p, long row)
{
	const struct issue *i;
	bool error = false;

	buf_reset(&p->text);
	for (; (i = next(p)) != NULL && i->row <= row; p->at++) {
		if (i->row < row)
			continue;	/* it is about the file as a whole */
		if (p->text.len > 0)
			buf_adds(&p->text, " | ");
		issue_write(&p->text, i, p->to->find, p->to->find_ctx);
		/* errors.csv keeps the file's own names of columns, so the text uses them too. */
		if (i->source != NULL)
			buf_addf(&p->text, " [%s]", i->source);
		error = error || i->level == ISSUE_ERROR;
	}
	return error;
}

static bool flush(struct pass *p)
{
	p->failed = p->to->write(p->to->ctx, p->out.data, p->out.len, p->err) != 0;
	buf_reset(&p->out);
	return !p->failed;
}

static bool on_header(void *ctx, const struct header *h)
{
	struct pass *p = ctx;

	p->rewrite.separator = h->workbook ? p->to->separator : writer_like(h->separator);
	buf_adds(&p->out, "\xef\xbb\xbf");
	rewrite_header(&p->out, &p->rewrite, h);
	return true;
}

static bool on_record(void *ctx, const struct header *h, const struct record *r)
{
	struct pass *p = ctx;
	bool error = collect(p, r->row);

	if (p->failed)
		return false;
	if (error || !p->to->only_errors)
		rewrite_record(&p->out, &p->rewrite, h, r, buf_str(&p->text), NULL);
	return p->out.len < PIECE || flush(p);
}

int errors_csv_write(const struct errors_csv *to, struct err *e)
{
	struct pass p = { .to = to, .rewrite = { .front = "_errors", .raw = to->raw }, .err = e };
	const struct reread reader = { &p, on_header, on_record };
	bool whole;
	int rc;

	p.mem = arena_new();
	rc = reread_stored(to->file, &reader, &whole, e);
	if (rc == 0 && !whole && !p.failed)
		rc = err_set(e, ERR_INVALID, NULL, "the file cannot be read to its end");
	if (rc != 0 || p.failed || !flush(&p))
		rc = -1;
	arena_free(p.mem);
	buf_free(&p.text);
	buf_free(&p.out);
	return rc;
}
