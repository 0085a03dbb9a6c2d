/* A file that was refused for its encoding, as UTF-8. */
#include <string.h>

#include "base/log.h"
#include "csv/convert.h"
#include "job/queue.h"
#include "job/stored.h"
#include "pages/cookie.h"
#include "pages/pages.h"

/* How far a file is looked into for bytes that no text has. */
#define LOOK_BYTES ((size_t)1024 * 1024)

struct look {
	struct convert_probe probe;
	size_t seen;
};

static bool feed_look(void *ctx, const char *bytes, size_t n)
{
	struct look *l = ctx;

	convert_probe_push(&l->probe, bytes, n);
	l->seen += n;
	return !l->probe.undefined && l->seen < LOOK_BYTES;
}

/* The byte that is no UTF-8 may come later. */
static bool worth_offering(const struct look *l)
{
	return !l->probe.undefined && (l->seen >= LOOK_BYTES || convert_probe_1252(&l->probe));
}

static struct stored_file file_of(struct page *p, long job)
{
	return (struct stored_file){
		.db = p->db, .conf = p->conf, .who = p->who, .token = cookie_get(p, COOKIE_SESSION), .job = job,
	};
}

int page_offer_converted(struct page *p, long job, struct err *e)
{
	struct stored_file file = file_of(p, job);
	struct look look = {0};

	if (stored_find(&file, e) != 0 || (file.misencoded && stored_each(&file, feed_look, &look, e) != 0))
		return -1;
	if (file.misencoded && worth_offering(&look))
		view_set(p->view, arena_printf(p->mem, "/services/ipbx/imports/%ld/converted.csv", job),
		    "Job.converted");
	return 0;
}

/* --- the download --------------------------------------------------------- */

struct download {
	struct page *p;
	const char *name;	/* of the new file */
	bool whole_file;	/* no fault of the file as a whole */
	bool gone;		/* the browser is */
};

static bool send_piece(void *ctx, const char *bytes, size_t n)
{
	struct download *d = ctx;
	struct response *res = d->p->res;
	struct err e = {0};

	if (!res->streaming) {
		response_header(res, "Content-Type", "text/csv; charset=utf-8");
		response_attachment(res, d->name);
		d->gone = response_stream_begin(res, &e) != 0;
	}
	if (!d->gone)
		d->gone = response_stream(res, bytes, n, &e) != 0;
	return !d->gone;
}

/* A row whose cells do not fit its header is for the import to report. */
static bool on_issue(void *ctx, const struct issue *i)
{
	struct download *d = ctx;

	if (i->row == 0)
		d->whole_file = false;
	return true;
}

static bool feed_probe(void *ctx, const char *bytes, size_t n)
{
	convert_probe_push(ctx, bytes, n);
	return true;
}

static bool feed_convert(void *ctx, const char *bytes, size_t n)
{
	return convert_push(ctx, bytes, n) == 0;
}

/* Converts the upload into the sink. */
static int convert(const struct stored_file *file, enum convert_encoding encoding,
    const struct convert_sink *sink, struct err *e)
{
	struct convert *c = convert_new(encoding, true, sink);
	int rc = stored_each(file, feed_convert, c, e);

	if (rc == 0)
		convert_end(c);
	convert_free(c);
	return rc;
}

int page_converted(struct page *p, struct err *e)
{
	long id = form_number(page_param(p, "id"), 1, 999999999, 0);
	struct download d = { .p = p, .whole_file = true };
	const struct convert_sink check = { .ctx = &d, .issue = on_issue };
	const struct convert_sink send = { .ctx = &d, .write = send_piece, .issue = on_issue };
	struct convert_probe probe = {0};
	enum convert_encoding encoding;
	struct stored_file file = file_of(p, id);
	struct job j;

	if (queue_find(p->db, p->who, id, p->mem, &j, e) != 0 || stored_find(&file, e) != 0)
		return -1;
	if (file.as != STORED_AS_SENT)
		return page_stop(p, 410, "gone", e);
	if (stored_each(&file, feed_probe, &probe, e) != 0)
		return -1;
	d.name = page_file_name(p, j.file_name, "utf8.csv");
	encoding = convert_probe_end(&probe);
	/* All of it once without an answer: what cannot be converted gets a page. */
	if (convert(&file, encoding, &check, e) != 0)
		return -1;
	if (!d.whole_file)
		return page_stop(p, 400, "no_text", e);
	if (convert(&file, encoding, &send, e) != 0)
		return -1;
	if (d.gone) {
		log_line(LOG_INFO, "%s: the browser went away before the end of its file", p->req->id);
		response_abort(p->res);
	}
	return 0;
}
