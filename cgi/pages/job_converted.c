/* Downloads a file that was refused for its encoding as UTF-8; and finds out whether the mapping
 * page can continue with a refused file. */
#include "pages/job.h"

#include <string.h>

#include "auth/account.h"
#include "csv/convert.h"
#include "job/queue.h"
#include "job/stored.h"
#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "serve/download.h"
#include "users/kinds.h"

/* How many bytes of a file are searched for bytes that no text has. */
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

/* Whether to offer the file as UTF-8.  The byte that is not UTF-8 may come after the part that was
 * read. */
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

int page_job_misencoded(struct page *p, long job, bool *misencoded, struct err *e)
{
	struct stored_file file = file_of(p, job);
	struct look look = {0};

	if (stored_find(&file, e) != 0 || (file.misencoded && stored_each(&file, feed_look, &look, e) != 0))
		return -1;
	*misencoded = file.misencoded && worth_offering(&look);
	return 0;
}

int page_job_unmapped(struct page *p, const struct job *j, bool *unmapped, struct err *e)
{
	PGresult *res;

	*unmapped = false;
	if (strcmp(j->state, "failed") != 0 || !kind_allowed(p->who, j->kind))
		return 0;
	if (page_job_misencoded(p, j->id, unmapped, e) != 0)
		return -1;
	if (*unmapped)
		return 0;
	if (account_query(p->db, p->who, "job_unmapped", ARGS(arg_long(j->id)), &res, e) != 0)
		return -1;
	*unmapped = db_get_bool(res, 0, "unmapped");
	PQclear(res);
	return 0;
}

int page_job_converted(struct page *p, long job, struct err *e)
{
	bool misencoded;

	if (page_job_misencoded(p, job, &misencoded, e) != 0)
		return -1;
	if (misencoded)
		view_set(p->view, arena_printf(p->mem, PATH_JOB "/converted.csv", job),
		    "Job.converted");
	return 0;
}

/* --- the download --------------------------------------------------------- */

/* A conversion that is sent as a download. */
struct converted {
	struct download out;
	bool whole_file;	/* the file as a whole has no error */
};

static bool send(void *ctx, const char *bytes, size_t n)
{
	struct converted *c = ctx;

	return download_feed(&c->out, bytes, n);
}

/* A row with too many or too few cells is not a fault here: the import reports it. */
static bool on_issue(void *ctx, const struct issue *i)
{
	struct converted *c = ctx;

	if (i->row == 0)
		c->whole_file = false;
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
	long id = route_id(&p->route);
	struct converted d = {
		.out = { .call = &p->call, .type = "text/csv; charset=utf-8" }, .whole_file = true,
	};
	const struct convert_sink check = { .ctx = &d, .issue = on_issue };
	const struct convert_sink sink = { .ctx = &d, .write = send, .issue = on_issue };
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
	d.out.name = download_name(p->mem, j.file_name, "utf8.csv");
	encoding = convert_probe_end(&probe);
	/* The first conversion sends nothing: if it fails, the answer is a page. */
	if (convert(&file, encoding, &check, e) != 0)
		return -1;
	if (!d.whole_file)
		return page_stop(p, 400, "no_text", e);
	if (p->req->method != HTTP_HEAD && page_job_audit(p, id, "converted.csv", true, e) != 0)
		return -1;
	return download_end(&d.out, convert(&file, encoding, &sink, e));
}
