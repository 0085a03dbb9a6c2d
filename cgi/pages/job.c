/* One job: how far it is, and once it has ended its report. */
#include <string.h>

#include "http/form.h"
#include "job/queue.h"
#include "pages/pages.h"
#include "pages/words.h"
#include "users/report.h"

#define PAGE_SIZE 100

static const char *job_path(struct page *p, const struct job *j)
{
	return arena_printf(p->mem, "/services/ipbx/imports/%ld", j->id);
}

static bool is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

/* --- waiting or running --------------------------------------------------- */

/* What the phase counts: bytes, passwords, or its own steps. */
static const char *progress_detail(struct page *p, const struct job *j)
{
	if (is(j->state, "queued"))
		return j->ahead == 0 ? page_text(p, "job.ahead_none", NULL)
		    : page_count(p, "job.ahead", j->ahead);
	if (j->total <= 0)
		return "";
	if (is(j->phase, "reading"))
		return page_text(p, "job.read.bytes", "percent",
		    page_long(p, (long)((double)j->done * 100 / (double)j->total)), NULL);
	return page_text(p, is(j->phase, "hashing") ? "job.read.passwords" : "job.read.steps",
	    "done", page_long(p, j->done), "total", page_long(p, j->total), NULL);
}

static void set_progress(struct page *p, const struct job *j)
{
	struct view *v = p->view;
	const char *phase = is(j->state, "queued") ? "queued" : j->phase != NULL ? j->phase : "reading";
	const char *percent = arena_printf(p->mem, "%ld", j->percent);
	const char *key = is(phase, "applying") ? arena_printf(p->mem, "job.%s.applying", j->kind)
	    : arena_printf(p->mem, "job.phase.%s", phase);

	view_set(v, percent, "Job.percent");
	view_set(v, page_text(p, "job.background.percent", "n", percent, NULL), "Job.percent_text");
	view_set(v, page_text(p, key, NULL), "Job.phase");
	view_set(v, progress_detail(p, j), "Job.detail");
	view_set(v, page_text(p, "job.background.log", "log", p->conf->log_file, NULL), "Job.log");
	if (j->unattended)
		view_set(v, page_text(p, arena_printf(p->mem, "job.%s.background.unattended", j->kind), NULL),
		    "Job.hitch");
	else if (j->attempt > 1 || (j->attempt == 1 && is(j->state, "queued")))
		view_set(v, page_text(p, arena_printf(p->mem, "job.%s.background.again", j->kind), "n",
		    page_long(p, is(j->state, "queued") ? j->attempt + 1 : j->attempt), NULL), "Job.hitch");
}

static int show_progress(struct page *p, const struct job *j, const char *title, struct err *e)
{
	set_progress(p, j);
	view_set_long(p->view, p->conf->follow_seconds, "Job.seconds");
	if (is(form_get(&p->query, "follow"), "0")) {
		view_set(p->view, job_path(p, j), "Job.follow_href");
	} else {
		view_set(p->view, arena_printf(p->mem, "%s?follow=0", job_path(p, j)), "Job.stop_href");
		page_refresh(p, p->conf->follow_seconds);
	}
	return page_show(p, "job", title, e);
}

/* --- how it ended --------------------------------------------------------- */

static const char *failure(struct page *p, const struct job *j, long wrong_rows)
{
	const char *errors = page_count(p, "job.error_count", j->errors);

	if (j->errors == 0)
		return page_text(p, arena_printf(p->mem, "job.%s.gave_up", j->kind),
		    "n", page_long(p, j->attempt), NULL);
	if (wrong_rows == 0)
		return page_text(p, arena_printf(p->mem, "job.%s.failed_file", j->kind), NULL);
	return page_text(p, arena_printf(p->mem, "job.%s.failed", j->kind), "errors", errors,
	    "rows", page_count(p, "job.rows", wrong_rows), NULL);
}

/* An update may find that everything is there already. */
static const char *success(struct page *p, const struct job *j)
{
	long n = words_users(j);
	const char *users = page_count(p, arena_printf(p->mem, "job.%s.changed", j->kind), n);
	const char *warnings = page_count(p, "job.warning_count", j->warnings);

	if (is(j->kind, "update") && n == 0)
		return page_text(p, j->warnings > 0 ? "job.update.nothing_warnings" : "job.update.nothing",
		    "warnings", warnings, NULL);
	return page_text(p, j->warnings > 0 ? arena_printf(p->mem, "job.%s.done_warnings", j->kind)
	    : arena_printf(p->mem, "job.%s.done", j->kind), "users", users, "warnings", warnings, NULL);
}

static int set_result(struct page *p, const struct job *j, struct err *e)
{
	const char *text;
	long wrong_rows = 0;

	if (is(j->state, "failed")) {
		if (report_wrong_rows(p->db, p->who, j->id, &wrong_rows, e) != 0)
			return -1;
		if (wrong_rows == 0 && page_offer_converted(p, j->id, e) != 0)
			return -1;
		text = failure(p, j, wrong_rows);
	} else {
		text = success(p, j);
	}
	view_set(p->view, text, "Job.result");
	view_set(p->view, words_size(p, j->bytes), "Job.size");
	view_set(p->view, page_long(p, j->rows), "Job.rows");
	words_counts(p, j, "Job.counts");
	return 0;
}

/* --- sections of the report ----------------------------------------------- */

/* What one page of a section needs to know. */
struct section {
	const char *name;	/* issues, users, log */
	long page, total;
};

static long offset(const struct section *s)
{
	return (s->page - 1) * PAGE_SIZE;
}

static void set_issue(struct page *p, const struct issue *x, size_t i)
{
	struct view *v = p->view;
	struct buf text = {0};

	issue_write(&text, x, words_issue, p);
	view_set(v, x->level == ISSUE_ERROR ? "error" : "warning", "Issues.%zu.level", i);
	view_set(v, page_text(p, x->level == ISSUE_ERROR ? "job.issues.error_word"
	    : "job.issues.warning_word", NULL), "Issues.%zu.word", i);
	if (x->row > 0)
		view_set(v, page_long(p, x->row), "Issues.%zu.row", i);
	if (x->line > 0)
		view_set(v, page_long(p, x->line), "Issues.%zu.line", i);
	view_set(v, x->column, "Issues.%zu.column", i);
	view_set(v, x->value, "Issues.%zu.value", i);
	view_set(v, buf_str(&text), "Issues.%zu.text", i);
	buf_free(&text);
}

static int set_columns(struct page *p, const struct job *j, const char *chosen, struct err *e)
{
	const char **columns;
	size_t n;

	if (report_columns(p->db, p->who, j->id, p->mem, &columns, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set(p->view, columns[i], "Columns.%zu.name", i);
		if (is(chosen, columns[i]))
			view_set(p->view, "1", "Columns.%zu.chosen", i);
	}
	return 0;
}

/* The filter's values as a part of the URL's query. */
static void add_filter(struct buf *query, const struct report_filter *f)
{
	if (f->level != NULL)
		form_encode(query, "level", f->level);
	if (f->column != NULL)
		form_encode(query, "column", f->column);
}

static int set_issues(struct page *p, const struct job *j, struct section *s,
    struct buf *query, struct err *e)
{
	const char *level = form_get(&p->query, "level"), *column = form_get(&p->query, "column");
	struct report_filter f = {
		.level = is(level, "error") || is(level, "warning") ? level : NULL,
		.column = column != NULL && *column != '\0' ? column : NULL,
		.offset = offset(s), .limit = PAGE_SIZE,
	};
	struct issue *issues;
	size_t n;

	if (report_issues(p->db, p->who, j->id, &f, p->mem, &issues, &n, &s->total, e) != 0
	    || set_columns(p, j, f.column, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		set_issue(p, &issues[i], i);
	add_filter(query, &f);
	view_set(p->view, f.level, "Filter.level");
	view_set(p->view, f.column, "Filter.column");
	return 0;
}

static int set_users(struct page *p, const struct job *j, struct section *s, struct err *e)
{
	struct report_user *users;
	struct view *v = p->view;
	size_t n;

	if (report_users(p->db, p->who, j->id, offset(s), PAGE_SIZE, p->mem, &users, &n,
	    &s->total, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set(v, page_long(p, users[i].row), "Users.%zu.row", i);
		view_set(v, users[i].name, "Users.%zu.name", i);
		view_set(v, users[i].exten, "Users.%zu.exten", i);
		if (users[i].name != NULL && page_may(p, RIGHT_USERS_READ))
			view_set(v, users[i].uuid, "Users.%zu.uuid", i);
	}
	return 0;
}

static int set_log(struct page *p, const struct job *j, struct section *s, struct err *e)
{
	struct report_line *lines;
	size_t n;

	if (report_log(p->db, p->who, j->id, offset(s), PAGE_SIZE, p->mem, &lines, &n,
	    &s->total, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set(p->view, lines[i].at, "Log.%zu.iso", i);
		view_set(p->view, words_time(p, lines[i].at), "Log.%zu.at", i);
		view_set(p->view, lines[i].event, "Log.%zu.event", i);
	}
	return 0;
}

/* Which section is shown: the one asked for, else what matters most. */
static const char *section_name(const struct page *p, const struct job *j)
{
	const char *show = form_get(&p->query, "show");

	if (is(show, "issues") || is(show, "users") || is(show, "log"))
		return show;
	return j->errors + j->warnings > 0 ? "issues" : is(j->state, "done") ? "users" : "log";
}

static void set_tab(struct page *p, const struct job *j, int i, const char *name,
    const char *title, long n, const char *current)
{
	view_set(p->view, arena_printf(p->mem, "%s?show=%s", job_path(p, j), name), "Tabs.%d.href", i);
	view_set(p->view, page_text(p, title, NULL), "Tabs.%d.title", i);
	if (n >= 0)
		view_set(p->view, page_long(p, n), "Tabs.%d.n", i);
	if (is(current, name))
		view_set(p->view, "1", "Tabs.%d.current", i);
}

static int set_section(struct page *p, const struct job *j, struct err *e)
{
	struct section s = {
		.name = section_name(p, j),
		.page = form_number(form_get(&p->query, "page"), 1, 99999999, 1),
	};
	struct buf query = {0};
	int rc;

	form_encode(&query, "show", s.name);
	if (is(s.name, "issues"))
		rc = set_issues(p, j, &s, &query, e);
	else
		rc = is(s.name, "users") ? set_users(p, j, &s, e) : set_log(p, j, &s, e);
	if (rc == 0) {
		view_set(p->view, s.name, "Job.section");
		page_pager(p, job_path(p, j), buf_str(&query), s.page, PAGE_SIZE, s.total);
		set_tab(p, j, 0, "issues", "job.issues.title", j->errors + j->warnings, s.name);
		set_tab(p, j, 1, "users", arena_printf(p->mem, "job.%s.users.title", j->kind),
		    words_users(j), s.name);
		set_tab(p, j, 2, "log", "job.log.title", -1, s.name);
	}
	buf_free(&query);
	return rc;
}

int page_job(struct page *p, struct err *e)
{
	long id = form_number(page_param(p, "id"), 1, 999999999, 0);
	const char *title;
	struct job j;

	if (queue_find(p->db, p->who, id, p->mem, &j, e) != 0)
		return -1;
	title = page_text(p, arena_printf(p->mem, "job.%s.title", j.kind), "file", j.file_name, NULL);
	page_menu(p, "imports");
	page_trail(p, "/services/ipbx/imports", page_text(p, "imports.title", NULL));
	words_job(p, &j, "Job");
	if (p->who->tenant_id == 0)
		view_set(p->view, "1", "Job.show_entity");
	if (!is(j.state, "done") && !is(j.state, "failed"))
		return show_progress(p, &j, title, e);
	view_set(p->view, "1", "Job.is_ended");
	if (page_may(p, is(j.kind, "update") ? RIGHT_USERS_UPDATE : RIGHT_USERS_IMPORT))
		view_set(p->view, arena_printf(p->mem, "/services/ipbx/users/%s", j.kind), "Job.again");
	if (set_result(p, &j, e) != 0 || page_offer_downloads(p, &j, e) != 0
	    || set_section(p, &j, e) != 0)
		return -1;
	return page_show(p, "job", title, e);
}
