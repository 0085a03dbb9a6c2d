/* The downloads of a job: errors.csv to correct and upload again, result.csv with the values that
 * its users got, the file itself, its log. */
#include "pages/job.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "auth/audit.h"
#include "job/queue.h"
#include "job/stored.h"
#include "pages/cookie.h"
#include "pages/job_text.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "serve/download.h"
#include "sheet/sheet.h"
#include "users/errors_csv.h"
#include "users/joblog.h"
#include "users/kinds.h"
#include "users/report.h"
#include "users/options.h"
#include "users/result_csv.h"

#define PIECE ((size_t)64 * 1024)
#define LOG_LINES 500

struct job_file {
	struct page *p;
	struct job job;
	struct stored_file stored;
	struct download out;
};

static bool is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

static bool ended(const struct job *j)
{
	return j->ended_at != NULL;
}

/* --- the job and its file -------------------------------------------------- */

int page_job_audit(struct page *p, long job, const char *file, bool secrets, struct err *e)
{
	json_t *o = json_pack("{s:I, s:s, s:b}", "job", (json_int_t)job, "file", file,
	    "secrets", secrets);
	char *text = json_dumps(o, JSON_COMPACT);
	int rc = audit_shown(p->db, p->who, p->req->remote_addr, "file.download", text, e);

	free(text);
	json_decref(o);
	return rc;
}

static void set_file(struct job_file *d)
{
	d->stored = (struct stored_file){
		.db = d->p->db, .conf = d->p->conf, .who = d->p->who,
		.token = cookie_get(d->p, COOKIE_SESSION), .job = d->job.id,
		.options = d->job.options,
	};
}

static struct report report_of(const struct job_file *d, struct arena *mem)
{
	return (struct report){ .db = d->p->db, .who = d->p->who, .job = d->job.id, .mem = mem };
}

/* Finds the job.  CALL_PASS, or the result of the handler. */
static int find_job(struct job_file *d, struct err *e)
{
	struct page *p = d->p;
	long id = route_id(&p->route);

	/* The files have data of users: the right to send jobs is not enough. */
	if (!page_may(p, RIGHT_USERS_READ))
		return page_stop(p, 403, "forbidden", e);
	if (queue_find(p->db, p->who, id, p->mem, &d->job, e) != 0)
		return -1;
	page_menu(p, "imports");
	page_trail(p, PATH_IMPORTS, page_text(p, "imports.title", NULL));
	page_trail(p, job_text_path(p, id), job_text_title(p, &d->job));
	return CALL_PASS;
}

/* Finds the file; answers if it is no longer kept. */
static int find_file(struct job_file *d, struct err *e)
{
	set_file(d);
	if (stored_find(&d->stored, e) != 0)
		return -1;
	return d->stored.as == STORED_NOT ? page_stop(d->p, 410, "gone", e) : CALL_PASS;
}

/* --- errors.csv ------------------------------------------------------------ */

/* Answers why there are no rows to correct. */
static int no_rows(struct job_file *d, struct err *e)
{
	struct page *p = d->p;
	const struct report r = report_of(d, p->mem);
	struct issue *issues;
	size_t n;

	if (!is(d->job.state, "failed") || d->job.errors == 0)
		return page_stop(p, 404, "no_errors", e);
	if (report_issues_after(&r, 0, &issues, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct buf text = {0};
		if (issues[i].level == ISSUE_ERROR) {
			issue_write(&text, &issues[i], page_issue_text, p);
			page_say(p, PAGE_ERROR, buf_str(&text));
		}
		buf_free(&text);
	}
	return page_stop(p, 404, "whole_file", e);
}

int page_job_errors(struct page *p, struct err *e)
{
	struct job_file d = { .p = p, .out = { .call = &p->call, .type = "text/csv; charset=utf-8" } };
	struct errors_csv m = {
		.file = &d.stored, .find = page_issue_text, .find_ctx = p, .write = download_send, .ctx = &d.out,
		.only_errors = is(form_get(&p->query, "only"), "errors"),
	};
	bool errors, any;
	const char *word;
	int rc = find_job(&d, e);

	if (rc != CALL_PASS)
		return rc;
	if (!ended(&d.job))
		return page_stop(p, 404, "not_ended", e);
	const struct report r = report_of(&d, p->mem);
	if (report_marked(&r, &errors, &any, e) != 0)
		return -1;
	if (!any)
		return no_rows(&d, e);
	m.only_errors = m.only_errors && errors;
	if ((rc = find_file(&d, e)) != CALL_PASS)
		return rc;
	m.raw = d.job.raw;
	if (page_separator(p, &word, &m.separator, e) != 0)
		return -1;
	d.out.name = download_name(p->mem, d.job.file_name, m.only_errors ? "only-errors.csv" : "errors.csv");
	if (p->req->method == HTTP_HEAD)
		return download_send(&d.out, "", 0, e);
	if (page_job_audit(p, d.job.id, "errors.csv", d.stored.as == STORED_AS_SENT, e) != 0)
		return -1;
	return download_end(&d.out, errors_csv_write(&m, e));
}

/* --- result.csv ------------------------------------------------------------ */

int page_job_result(struct page *p, struct err *e)
{
	struct job_file d = { .p = p, .out = { .call = &p->call, .type = "text/csv; charset=utf-8" } };
	struct result_csv o = {
		.file = &d.stored, .secrets = page_may(p, RIGHT_USERS_SECRETS), .write = download_send, .ctx = &d.out,
	};
	const char *word;
	int rc = find_job(&d, e);

	if (rc != CALL_PASS)
		return rc;
	if (!is(d.job.state, "done"))
		return page_stop(p, 404, ended(&d.job) ? "not_done" : "not_ended", e);
	if ((rc = find_file(&d, e)) != CALL_PASS)
		return rc;
	o.raw = d.job.raw;
	if (page_separator(p, &word, &o.separator, e) != 0)
		return -1;
	o.update = is(d.job.kind, "update") && options_uuids(d.job.options, p->mem);
	d.out.name = download_name(p->mem, d.job.file_name, "result.csv");
	if (p->req->method == HTTP_HEAD)
		return download_send(&d.out, "", 0, e);
	if (page_job_audit(p, d.job.id, "result.csv", o.secrets, e) != 0)
		return -1;
	return download_end(&d.out, result_csv_write(&o, e));
}

/* --- original.csv ---------------------------------------------------------- */

/* Sets type and name of the file by its first bytes: the masked copy of an .ods is an .xlsx. */
static void original_begin(struct job_file *d, const char *bytes, size_t n)
{
	const char *suffix, *type = sheet_type(bytes, n, &suffix);
	const char *dot;

	if (type == NULL)
		return;
	d->out.type = type;
	dot = strrchr(d->out.name, '.');
	d->out.name = arena_printf(d->p->mem, "%.*s%s",
	    (int)(dot != NULL ? (size_t)(dot - d->out.name) : strlen(d->out.name)), d->out.name, suffix);
}

/* Sends a piece of the file; for HEAD only the headers. */
static bool original_piece(void *ctx, const char *bytes, size_t n)
{
	struct job_file *d = ctx;
	bool head = d->p->req->method == HTTP_HEAD;

	if (!d->p->res->streaming)
		original_begin(d, bytes, n);
	return download_feed(&d->out, bytes, head ? 0 : n) && !head;
}

int page_job_original(struct page *p, struct err *e)
{
	/* Its encoding is not known. */
	struct job_file d = { .p = p, .out = { .call = &p->call, .type = "text/csv" } };
	int rc = find_job(&d, e);

	if (rc != CALL_PASS)
		return rc;
	if (!ended(&d.job))
		return page_stop(p, 404, "not_ended", e);
	if ((rc = find_file(&d, e)) != CALL_PASS)
		return rc;
	d.out.name = download_name(p->mem, d.job.file_name, NULL);
	if (p->req->method != HTTP_HEAD
	    && page_job_audit(p, d.job.id, "original.csv", d.stored.as == STORED_AS_SENT, e) != 0)
		return -1;
	return download_end(&d.out, stored_each(&d.stored, original_piece, &d, e));
}

/* --- log ------------------------------------------------------------------- */

/* Adds the lines of all issues.  Their time is the job's end, when they were written. */
static int add_issues(struct job_file *d, const char *at, struct buf *out, struct err *e)
{
	struct arena *mem = arena_new();
	const struct report r = report_of(d, mem);
	struct issue *issues;
	size_t n = 1;
	int rc = 0;

	for (long after = 0; rc == 0 && n > 0; after += (long)n) {
		arena_reset(mem);
		rc = report_issues_after(&r, after, &issues, &n, e);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			buf_addf(out, "%s ", at);
			joblog_issue(out, &issues[i]);
			buf_addch(out, '\n');
		}
		if (rc == 0 && out->len >= PIECE) {
			rc = download_send(&d->out, out->data, out->len, e);
			buf_reset(out);
		}
	}
	arena_free(mem);
	return rc;
}

/* LOG_LINES is more than even a job of many attempts has. */
static int write_log(struct job_file *d, struct buf *out, struct err *e)
{
	const struct report r = report_of(d, d->p->mem);
	struct report_slice slice = { .limit = LOG_LINES };
	struct report_line *lines;

	if (report_log(&r, &slice, &lines, e) != 0)
		return -1;
	for (size_t i = 0; i < slice.n; i++) {
		if (i + 1 == slice.n && ended(&d->job) && add_issues(d, lines[i].at, out, e) != 0)
			return -1;
		buf_addf(out, "%s %s\n", lines[i].at, lines[i].event);
	}
	return download_send(&d->out, out->data, out->len, e);
}

int page_job_log(struct page *p, struct err *e)
{
	struct job_file d = { .p = p, .out = { .call = &p->call, .type = "text/plain; charset=utf-8" } };
	struct buf out = {0};
	int rc = find_job(&d, e);

	if (rc != CALL_PASS)
		return rc;
	d.out.name = download_name(p->mem, d.job.file_name, "log.txt");
	rc = p->req->method == HTTP_HEAD ? download_send(&d.out, "", 0, e) : write_log(&d, &out, e);
	buf_free(&out);
	return download_end(&d.out, rc);
}

/* --- links ----------------------------------------------------------------- */

static void set_link(struct page *p, const struct job *j, const char *name, const char *file)
{
	view_set(p->view, arena_printf(p->mem, PATH_JOB "/%s", j->id, file),
	    "Job.files.%s", name);
}

int page_job_files(struct page *p, const struct job *j, struct err *e)
{
	struct job_file d = { .p = p, .job = *j };
	const struct report r = report_of(&d, p->mem);
	bool errors, any;

	if (j->files_deleted_by != NULL)
		view_set(p->view, page_text(p, "job_files.by", "who", j->files_deleted_by, NULL), "Job.files.deleted");
	else if (j->files && kind_allowed(p->who, j->kind))
		set_link(p, j, "delete", "files");
	if (!page_may(p, RIGHT_USERS_READ))
		return 0;
	set_file(&d);
	if (stored_find(&d.stored, e) != 0 || report_marked(&r, &errors, &any, e) != 0)
		return -1;
	set_link(p, j, "log", "log");
	if (d.stored.as == STORED_NOT)
		return 0;
	set_link(p, j, "original", "original.csv");
	if (d.stored.as == STORED_MASKED)
		view_set(p->view, "1", "Job.files.masked");
	if (is(j->state, "done"))
		set_link(p, j, "result", "result.csv");
	if (any)
		set_link(p, j, "errors", "errors.csv");
	if (errors)
		set_link(p, j, "only", "errors.csv?only=errors");
	return 0;
}
