/* What a job leaves to be downloaded: errors.csv to be mended, result.csv with
 * what its users got, the file itself, the lines of its log. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "base/log.h"
#include "job/queue.h"
#include "job/stored.h"
#include "pages/cookie.h"
#include "pages/pages.h"
#include "pages/words.h"
#include "users/errors_csv.h"
#include "users/joblog.h"
#include "users/report.h"
#include "users/result_csv.h"

#define PIECE ((size_t)64 * 1024)
#define LOG_LINES 500

struct download {
	struct page *p;
	struct job job;
	struct stored_file file;
	const char *type;	/* Content-Type */
	const char *name;
	bool gone;		/* the browser is */
};

static bool is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

static bool ended(const struct job *j)
{
	return j->ended_at != NULL;
}

/* --- sending --------------------------------------------------------------- */

static int send_piece(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct download *d = ctx;
	struct response *res = d->p->res;

	if (!res->streaming) {
		response_header(res, "Content-Type", d->type);
		response_attachment(res, d->name);
		d->gone = response_stream_begin(res, e) != 0;
	}
	if (!d->gone)
		d->gone = response_stream(res, bytes, n, e) != 0;
	return d->gone ? -1 : 0;
}

/* What a browser that went away is told: nothing. */
static int sent(struct download *d, int rc)
{
	if (rc == 0 || !d->gone)
		return rc;
	log_line(LOG_INFO, "%s: the browser went away before the end of its file", d->p->req->id);
	response_abort(d->p->res);
	return 0;
}

/* Who took which file, and whether secrets were in it, before its first byte. */
static int audit(struct download *d, const char *file, bool secrets, struct err *e)
{
	struct page *p = d->p;
	json_t *o = json_pack("{s:I, s:s, s:b}", "job", (json_int_t)d->job.id, "file", file,
	    "secrets", secrets);
	char *text = json_dumps(o, JSON_COMPACT);
	int rc = -1;

	if (account_begin(p->db, p->who, e) == 0) {
		rc = audit_add(p->db, p->who, p->req->remote_addr, "file.download", text, e);
		if (rc == 0)
			rc = db_commit(p->db, e);
		if (rc != 0)
			db_rollback(p->db);
	}
	free(text);
	json_decref(o);
	return rc;
}

/* --- the job and its file -------------------------------------------------- */

enum { PASS = 1 };

static void set_file(struct download *d)
{
	d->file = (struct stored_file){
		.db = d->p->db, .conf = d->p->conf, .who = d->p->who,
		.token = cookie_get(d->p, COOKIE_SESSION), .job = d->job.id,
	};
}

/* PASS, or what ends the answer. */
static int find_job(struct download *d, struct err *e)
{
	struct page *p = d->p;
	long id = form_number(page_param(p, "id"), 1, 999999999, 0);

	/* The row of routes.c asks for one of two rights; the users' data are in it too. */
	if (!page_may(p, RIGHT_USERS_READ))
		return page_stop(p, 403, "forbidden", e);
	if (queue_find(p->db, p->who, id, p->mem, &d->job, e) != 0)
		return -1;
	page_menu(p, "imports");
	page_trail(p, "/services/ipbx/imports", page_text(p, "imports.title", NULL));
	page_trail(p, arena_printf(p->mem, "/services/ipbx/imports/%ld", id), words_title(p, &d->job));
	return PASS;
}

/* The same, where the file is there. */
static int find_file(struct download *d, struct err *e)
{
	set_file(d);
	if (stored_find(&d->file, e) != 0)
		return -1;
	return d->file.as == STORED_NOT ? page_stop(d->p, 410, "gone", e) : PASS;
}

/* --- errors.csv ------------------------------------------------------------ */

/* Why there is nothing to be mended row by row. */
static int no_rows(struct download *d, struct err *e)
{
	struct page *p = d->p;
	struct issue *issues;
	size_t n;

	if (!is(d->job.state, "failed") || d->job.errors == 0)
		return page_stop(p, 404, "no_errors", e);
	if (report_issues_after(p->db, p->who, d->job.id, 0, p->mem, &issues, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct buf text = {0};
		if (issues[i].level == ISSUE_ERROR) {
			issue_write(&text, &issues[i], words_issue, p);
			page_say(p, PAGE_ERROR, buf_str(&text));
		}
		buf_free(&text);
	}
	return page_stop(p, 404, "whole_file", e);
}

/* As words_issue, but for so many issues that nothing may be kept of one. */
static const char *find_text(void *page, const char *key)
{
	struct page *p = page;
	struct buf name = {0};
	const char *text;

	buf_addf(&name, "issue.%s", key);
	text = view_text(p->view, buf_str(&name));
	buf_free(&name);
	return text;
}

int page_job_errors(struct page *p, struct err *e)
{
	struct download d = { .p = p, .type = "text/csv; charset=utf-8" };
	struct errors_csv m = {
		.file = &d.file, .find = find_text, .find_ctx = p, .write = send_piece, .ctx = &d,
		.only_errors = is(form_get(&p->query, "only"), "errors"),
	};
	bool errors, any;
	int rc = find_job(&d, e);

	if (rc != PASS)
		return rc;
	if (!ended(&d.job))
		return page_stop(p, 404, "not_ended", e);
	if (report_marked(p->db, p->who, d.job.id, &errors, &any, e) != 0)
		return -1;
	if (!any)
		return no_rows(&d, e);
	if ((rc = find_file(&d, e)) != PASS)
		return rc;
	m.raw = d.job.raw;
	d.name = page_file_name(p, d.job.file_name, m.only_errors ? "only-errors.csv" : "errors.csv");
	if (p->req->method == HTTP_HEAD)
		return send_piece(&d, "", 0, e);
	if (audit(&d, "errors.csv", d.file.as == STORED_AS_SENT, e) != 0)
		return -1;
	return sent(&d, errors_csv_write(&m, e));
}

/* --- result.csv ------------------------------------------------------------ */

int page_job_result(struct page *p, struct err *e)
{
	struct download d = { .p = p, .type = "text/csv; charset=utf-8" };
	struct result_csv o = {
		.file = &d.file, .secrets = page_may(p, RIGHT_USERS_SECRETS), .write = send_piece, .ctx = &d,
	};
	int rc = find_job(&d, e);

	if (rc != PASS)
		return rc;
	if (!is(d.job.state, "done"))
		return page_stop(p, 404, ended(&d.job) ? "not_done" : "not_ended", e);
	if ((rc = find_file(&d, e)) != PASS)
		return rc;
	o.raw = d.job.raw;
	o.update = is(d.job.kind, "update");
	d.name = page_file_name(p, d.job.file_name, "result.csv");
	if (p->req->method == HTTP_HEAD)
		return send_piece(&d, "", 0, e);
	if (audit(&d, "result.csv", o.secrets, e) != 0)
		return -1;
	return sent(&d, result_csv_write(&o, e));
}

/* --- original.csv ---------------------------------------------------------- */

struct original {
	struct download *d;
	struct err *err;
	bool failed;
};

static bool send_chunk(void *ctx, const char *bytes, size_t n)
{
	struct original *o = ctx;

	o->failed = send_piece(o->d, bytes, n, o->err) != 0;
	return !o->failed;
}

int page_job_original(struct page *p, struct err *e)
{
	/* Nobody knows its encoding before it was read, and maybe not then. */
	struct download d = { .p = p, .type = "text/csv" };
	struct original o = { .d = &d, .err = e };
	int rc = find_job(&d, e);

	if (rc != PASS)
		return rc;
	if (!ended(&d.job))
		return page_stop(p, 404, "not_ended", e);
	if ((rc = find_file(&d, e)) != PASS)
		return rc;
	d.name = page_file_name(p, d.job.file_name, NULL);
	if (p->req->method == HTTP_HEAD)
		return send_piece(&d, "", 0, e);
	if (audit(&d, "original.csv", d.file.as == STORED_AS_SENT, e) != 0)
		return -1;
	rc = stored_each(&d.file, send_chunk, &o, e);
	return sent(&d, o.failed ? -1 : rc);
}

/* --- log ------------------------------------------------------------------- */

/* All issues of the job.  They are written with the job's end, so that is their time. */
static int add_issues(struct download *d, const char *at, struct buf *out, struct err *e)
{
	struct page *p = d->p;
	struct arena *mem = arena_new();
	struct issue *issues;
	size_t n = 1;
	int rc = 0;

	for (long after = 0; rc == 0 && n > 0; after += (long)n) {
		arena_reset(mem);
		rc = report_issues_after(p->db, p->who, d->job.id, after, mem, &issues, &n, e);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			buf_addf(out, "%s ", at);
			joblog_issue(out, &issues[i]);
			buf_addch(out, '\n');
		}
		if (rc == 0 && out->len >= PIECE) {
			rc = send_piece(d, out->data, out->len, e);
			buf_reset(out);
		}
	}
	arena_free(mem);
	return rc;
}

/* A job that lost its workers again and again has some lines, not many. */
static int write_log(struct download *d, struct buf *out, struct err *e)
{
	struct page *p = d->p;
	struct report_line *lines;
	long total;
	size_t n;

	if (report_log(p->db, p->who, d->job.id, 0, LOG_LINES, p->mem, &lines, &n, &total, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (i + 1 == n && ended(&d->job) && add_issues(d, lines[i].at, out, e) != 0)
			return -1;
		buf_addf(out, "%s %s\n", lines[i].at, lines[i].event);
	}
	return send_piece(d, out->data, out->len, e);
}

int page_job_log(struct page *p, struct err *e)
{
	struct download d = { .p = p, .type = "text/plain; charset=utf-8" };
	struct buf out = {0};
	int rc = find_job(&d, e);

	if (rc != PASS)
		return rc;
	d.name = page_file_name(p, d.job.file_name, "log.txt");
	rc = p->req->method == HTTP_HEAD ? send_piece(&d, "", 0, e) : sent(&d, write_log(&d, &out, e));
	buf_free(&out);
	return rc;
}

/* --- links ----------------------------------------------------------------- */

static void set_link(struct page *p, const struct job *j, const char *name, const char *file)
{
	view_set(p->view, arena_printf(p->mem, "/services/ipbx/imports/%ld/%s", j->id, file),
	    "Job.files.%s", name);
}

int page_offer_downloads(struct page *p, const struct job *j, struct err *e)
{
	struct download d = { .p = p, .job = *j };
	bool errors, any;

	if (!page_may(p, RIGHT_USERS_READ))
		return 0;
	set_file(&d);
	if (stored_find(&d.file, e) != 0 || report_marked(p->db, p->who, j->id, &errors, &any, e) != 0)
		return -1;
	set_link(p, j, "log", "log");
	if (d.file.as == STORED_NOT)
		return 0;
	set_link(p, j, "original", "original.csv");
	if (d.file.as == STORED_MASKED)
		view_set(p->view, "1", "Job.files.masked");
	if (is(j->state, "done"))
		set_link(p, j, "result", "result.csv");
	if (any)
		set_link(p, j, "errors", "errors.csv");
	if (errors)
		set_link(p, j, "only", "errors.csv?only=errors");
	return 0;
}
