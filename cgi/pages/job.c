/* The page of a job: its progress, its result, cancelling it, applying a checked job, undoing it. */
#include "pages/job.h"

#include <string.h>

#include <jansson.h>

#include "base/log.h"
#include "pages/job_text.h"
#include "pages/options.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "users/kinds.h"
#include "users/options.h"
#include "users/plan.h"
#include "users/report.h"

/* The shortest time after which a browser without scripts loads the page again. */
#define PLAIN_SECONDS 5

static bool is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

/* Whether the reader may apply or cancel the job. */
static bool may_decide(const struct page *p, const struct job *j)
{
	return kind_decides(p->who, j);
}

/* --- waiting or running ---------------------------------------------------- */

/* The progress in the unit of the phase: bytes, passwords or steps. */
static const char *detail(struct page *p, const struct job *j)
{
	if (is(j->state, "queued"))
		return j->ahead == 0 ? page_text(p, "job.ahead_none", NULL)
		    : page_count(p, "job.ahead", j->ahead);
	if (j->total <= 0)
		return "";
	if (is(j->phase, "reading"))
		return page_text(p, "job.read.bytes", "rows", page_count(p, "job.rows", j->rows),
		    "done", page_size(p, j->done), "total", page_size(p, j->total), NULL);
	return page_text(p, is(j->phase, "hashing") ? "job.read.passwords" : "job.read.steps",
	    "rows", page_count(p, "job.rows", j->rows), "done", page_long(p, j->done),
	    "total", page_long(p, j->total), "passwords", page_count(p, "job.passwords", j->total), NULL);
}

/* "about 2 minutes left"; NULL if that is not known. */
static const char *rest(struct page *p, const struct job *j)
{
	long seconds = (long)j->remaining;

	if (j->remaining < 0)
		return NULL;
	if (seconds < 3)
		return page_text(p, "job.left.soon", NULL);
	if (seconds < 10)
		return page_text(p, "job.left.few", NULL);
	if (seconds <= 50)
		return page_text(p, "job.left.seconds", "n", page_long(p, (seconds + 9) / 10 * 10), NULL);
	if (seconds < 90 * 60)
		return page_count(p, "job.left.minutes", (seconds + 30) / 60);
	return page_count(p, "job.left.hours", (seconds + 1800) / 3600);
}

/* The reason why the job does not progress as it should; NULL if it does. */
static const char *hitch(struct page *p, const struct job *j)
{
	bool queued = is(j->state, "queued");

	if (j->unattended)
		return page_text(p, arena_printf(p->mem, "job.%s.background.unattended", job_text_group(j)), NULL);
	if (j->attempt > 1 || (j->attempt == 1 && queued))
		return page_text(p, arena_printf(p->mem, "job.%s.background.again", job_text_group(j)), "n",
		    page_long(p, queued ? j->attempt + 1 : j->attempt), NULL);
	return NULL;
}

static void set_times(struct page *p, const struct job *j)
{
	if (j->started_at != NULL && j->seconds >= 1)
		view_set(p->view, page_text(p, "job.elapsed", "time",
		    page_duration(p, (double)(long)j->seconds), NULL), "Job.elapsed");
	view_set(p->view, rest(p, j), "Job.left");
}

static void set_cancel(struct page *p, const struct job *j)
{
	if (j->cancelled_by != NULL)
		view_set(p->view, page_text(p, "job.cancel_asked", "who", j->cancelled_by, NULL),
		    "Job.cancel_asked");
	else if (may_decide(p, j))
		view_set(p->view, arena_printf(p->mem, "%s/cancel", job_text_path(p, j->id)), "Job.cancel");
}

static void set_progress(struct page *p, const struct job *j)
{
	struct view *v = p->view;
	const char *phase = is(j->state, "queued") ? "queued" : j->phase != NULL ? j->phase : "reading";
	const char *percent = arena_printf(p->mem, "%ld", j->percent);
	const char *key = is(phase, "applying") ? arena_printf(p->mem, "job.%s.applying", j->kind)
	    : arena_printf(p->mem, "job.phase.%s", phase);

	view_set(v, percent, "Job.percent");
	view_set(v, page_text(p, "job.background.percent", "n", percent, NULL), "Page.percent");
	view_set(v, page_text(p, "job.background.percent", "n", percent, NULL), "Job.percent_text");
	view_set(v, page_text(p, key, NULL), "Job.phase");
	view_set(v, detail(p, j), "Job.detail");
	view_set(v, page_text(p, "job.background.log", "log", p->conf->log_file, NULL), "Job.log");
	view_set(v, hitch(p, j), "Job.hitch");
	set_times(p, j);
	set_cancel(p, j);
}

static int show_progress(struct page *p, const struct job *j, const char *title, struct err *e)
{
	set_progress(p, j);
	view_set_long(p->view, p->conf->follow_seconds, "Job.seconds");
	if (is(form_get(&p->query, "follow"), "0")) {
		view_set(p->view, job_text_path(p, j->id), "Job.follow_href");
	} else {
		view_set(p->view, arena_printf(p->mem, "%s?follow=0", job_text_path(p, j->id)), "Job.stop_href");
		/* Loading the page again loses the reader's place on it, so it is done less often than
		 * a script asks for news. */
		page_refresh(p, p->conf->follow_seconds > PLAIN_SECONDS ? p->conf->follow_seconds : PLAIN_SECONDS);
	}
	return page_show(p, "job", title, e);
}

/* --- the sentence ---------------------------------------------------------- */

static const char *failure(struct page *p, const struct job *j, long wrong_rows)
{
	const char *group = job_text_group(j), *errors = page_count(p, "job.error_count", j->errors);

	if (queue_gave_up(j))
		return page_text(p, arena_printf(p->mem, "job.%s.gave_up", group),
		    "n", page_long(p, j->attempt), NULL);
	if (wrong_rows == 0)
		return page_text(p, arena_printf(p->mem, "job.%s.failed_file", group), NULL);
	return page_text(p, arena_printf(p->mem, "job.%s.failed", group), "errors", errors,
	    "rows", page_count(p, "job.rows", wrong_rows), NULL);
}

/* The sentence about what was done (`did` is "done") or would be done ("planned").  An update may
 * change nothing. */
static const char *success(struct page *p, const struct job *j, const char *did, const char *users_key)
{
	long n = job_text_users(j);
	bool moves = is(j->kind, "update") && job_text_moved(j) > 0;
	const char *users = page_count(p, arena_printf(p->mem, "job.%s.%s%s", j->kind, users_key,
	    moves ? "_moved" : ""), n);
	const char *warnings = page_count(p, "job.warning_count", j->warnings);
	const char *with = j->warnings > 0 ? "_warnings" : "";

	if (n == 0 && (is(j->kind, "update") || is(j->kind, "undo")))
		return page_text(p, arena_printf(p->mem, "job.%s.%s_nothing%s", j->kind, did, with),
		    "warnings", warnings, NULL);
	return page_text(p, arena_printf(p->mem, "job.%s.%s%s", j->kind, did, with), "users", users,
	    "warnings", warnings, NULL);
}

/* --- the plan of a check ---------------------------------------------------- */

/* Sets a row.  Counts that can only be 0 are not in the plan: a dash is shown for them. */
static void set_row(struct page *p, const json_t *plan, const json_t *counts, const char *name, size_t row)
{
	view_set(p->view, page_text(p, arena_printf(p->mem, "job.plan.what.%s", name), NULL),
	    "Plan.%zu.what", row);
	for (size_t i = 0; i < PLAN_HOWS; i++) {
		const json_t *n = json_object_get(counts, plan_hows[i]);

		if (!plan_happens(plan, plan_hows[i]))
			continue;
		view_set(p->view, page_text(p, arena_printf(p->mem, "job.plan.how.%s", plan_hows[i]), NULL),
		    "Plan.%zu.cells.%zu.how", row, i);
		view_set(p->view, n != NULL ? page_long(p, (long)json_integer_value(n))
		    : page_text(p, "common.none", NULL), "Plan.%zu.cells.%zu.n", row, i);
		if (json_integer_value(n) != 0)
			view_set(p->view, "1", "Plan.%zu.cells.%zu.some", row, i);
	}
}

static bool nothing(const json_t *counts)
{
	for (size_t i = 0; i < PLAN_HOWS; i++)
		if (json_integer_value(json_object_get(counts, plan_hows[i])) != 0)
			return false;
	return true;
}

/* The users, and each resource of which something changes. */
static void set_table(struct page *p, const struct job *j)
{
	json_t *plan = json_loads(j->plan != NULL ? j->plan : "{}", 0, NULL);
	size_t row = 0;

	set_row(p, plan, plan, "users", row++);
	for (size_t i = 0; i < PLAN_RESOURCES; i++) {
		const json_t *counts = plan_counts(plan, plan_resources[i]);

		if (!nothing(counts))
			set_row(p, plan, counts, plan_resources[i], row++);
	}
	if (row <= PLAN_RESOURCES)
		view_set(p->view, "1", "Job.plan_rest");
	json_decref(plan);
}

static void set_plan(struct page *p, const struct job *j)
{
	set_table(p, j);
	if (j->plan_changed)
		view_set(p->view, "1", "Job.plan_changed");
	/* Only on the page that follows Apply, not on each tab, because screen readers read it out. */
	if (j->plan_changed && form_get(&p->query, "show") == NULL)
		view_set(p->view, "1", "Job.plan_news");
	if (!may_decide(p, j))
		return;
	if (!j->kept_as_sent) {
		view_set(p->view, "1", "Job.apply_gone");
		return;
	}
	view_set(p->view, arena_printf(p->mem, "%s/apply", job_text_path(p, j->id)), "Job.apply");
	view_set(p->view, j->plan_digest, "Job.plan_of");
}

/* --- the result ------------------------------------------------------------ */

/* If the file has one error and that is about the file as a whole, it is shown below the result. */
static int set_lone_error(struct page *p, const struct job *j, const struct report *r, struct err *e)
{
	const struct report_filter errors = { .level = "error" };
	struct report_slice slice = { .limit = 1 };
	struct issue *found;
	struct buf text = {0};

	if (j->errors != 1)
		return 0;
	if (report_issues(r, &errors, &slice, &found, e) != 0)
		return -1;
	if (slice.n == 1) {
		issue_write(&text, found, page_issue_text, p);
		view_set(p->view, buf_str(&text), "Job.error");
	}
	buf_free(&text);
	return 0;
}

static int set_failure(struct page *p, const struct job *j, struct err *e)
{
	const struct report report = { .db = p->db, .who = p->who, .job = j->id, .mem = p->mem };
	long wrong_rows = 0;

	if (report_wrong_rows(&report, &wrong_rows, e) != 0)
		return -1;
	if (wrong_rows == 0
	    && (set_lone_error(p, j, &report, e) != 0 || page_job_converted(p, j->id, e) != 0))
		return -1;
	view_set(p->view, failure(p, j, wrong_rows), "Job.result");
	if (queue_gave_up(j))
		view_set(p->view, "1", "Job.gave_up");
	return 0;
}

static int set_result(struct page *p, const struct job *j, struct err *e)
{
	struct view *v = p->view;

	/* A job without a file has neither. */
	if (j->bytes > 0) {
		view_set(v, page_size(p, j->bytes), "Job.size");
		view_set(v, j->rows > 0 ? page_long(p, j->rows) : NULL, "Job.rows");
	}
	/* A file may be empty, but only an undo and a deletion have no rows to name. */
	if (strcmp(j->kind, "undo") != 0 && strcmp(j->kind, "delete") != 0)
		view_set(v, "1", "Job.has_rows");
	if (is(j->state, "failed"))
		return set_failure(p, j, e);
	if (is(j->state, "cancelled")) {
		view_set(v, page_text(p, arena_printf(p->mem, "job.%s.cancelled", job_text_group(j)),
		    "who", j->cancelled_by, NULL), "Job.result");
	} else if (is(j->state, "checked")) {
		view_set(v, success(p, j, "planned", "would_change"), "Job.result");
		if (j->warnings > 0)
			view_set(v, "warning", "Job.icon");
		set_plan(p, j);
	} else {
		view_set(v, success(p, j, "done", "changed"), "Job.result");
		job_text_counts(p, j, "Job.counts");
	}
	return 0;
}

/* Sets the button that undoes the job; for the plan of an undo that leaves users out, the button
 * that undoes them too. */
static void set_undo(struct page *p, const struct job *j)
{
	if (j->undone_by != 0)
		view_set(p->view, job_text_path(p, j->undone_by), "Job.undone_by");
	else if (is(j->state, "done") && kind_undo_allowed(p->who, j->kind, j->counts))
		view_set(p->view, arena_printf(p->mem, "%s/undo", job_text_path(p, j->id)), "Job.undo");
	if (j->undoes == 0)
		return;
	view_set(p->view, job_text_path(p, j->undoes), "Job.undoes");
	if (is(j->state, "checked") && j->warnings > 0 && strcmp(j->options, "{}") == 0
	    && kind_undo_allowed(p->who, j->undoes_kind, j->undoes_counts))
		view_set(p->view, arena_printf(p->mem, "%s/undo", job_text_path(p, j->undoes)), "Job.undo_all");
}

static int show_result(struct page *p, const struct job *j, const char *title, struct err *e)
{
	bool unmapped, gone;

	queue_seen(p->db, p->who, j->id);
	view_set(p->view, "1", "Job.is_ended");
	/* The job was done before it could be cancelled. */
	if (is(j->state, "done") && is(form_get(&p->query, "late"), "1"))
		page_say(p, PAGE_WARNING, page_text(p, arena_printf(p->mem, "job.%s.late", j->kind), NULL));
	if (may_decide(p, j) && j->bytes > 0)
		view_set(p->view, arena_printf(p->mem, PATH_USERS "/%s", j->kind), "Job.again");
	set_undo(p, j);
	if (page_job_unmapped(p, j, &unmapped, e) != 0)
		return -1;
	if (unmapped || (may_decide(p, j) && options_has_mapping(j->options, p->mem)))
		view_set(p->view, arena_printf(p->mem, "%s/mapping", job_text_path(p, j->id)),
		    unmapped ? "Job.map" : "Job.mapped");
	if (set_result(p, j, e) != 0 || page_job_files(p, j, e) != 0
	    || page_job_report(p, j, &gone, e) != 0)
		return -1;
	return gone ? 0 : page_show(p, "job", title, e);
}

int page_job(struct page *p, struct err *e)
{
	long id = route_id(&p->route);
	const char *title;
	struct job j;

	if (queue_find(p->db, p->who, id, p->mem, &j, e) != 0)
		return -1;
	title = job_text_title(p, &j);
	page_menu(p, "imports");
	page_trail(p, PATH_IMPORTS, page_text(p, "imports.title", NULL));
	job_text_fill(p, &j, "Job");
	page_options_said(p, j.options, "Job.options");
	if (p->who->tenant_id == 0)
		view_set(p->view, "1", "Job.show_entity");
	if (j.ended_at == NULL)
		return show_progress(p, &j, title, e);
	return show_result(p, &j, title, e);
}

/* --- cancel and apply ------------------------------------------------------- */

void page_job_wait(struct page *p, long id, long seconds)
{
	struct err e = {0};
	bool ended;

	if (queue_wait(p->db, p->conf, p->who, id, seconds, &ended, &e) != 0)
		log_err("waiting for a job", &e);
}

int page_job_next(struct page *p, long id, struct err *e)
{
	bool unmapped;
	struct job j;

	if (queue_find(p->db, p->who, id, p->mem, &j, e) != 0 || page_job_unmapped(p, &j, &unmapped, e) != 0)
		return -1;
	return unmapped ? page_go(p, PATH_JOB "/mapping", id) : page_go(p, PATH_JOB, id);
}

/* Finds the job and checks the right for its kind: the row of routes.c asks for one of two rights.
 * CALL_PASS, or the result of the handler. */
static int find_job(struct page *p, struct job *j, struct err *e)
{
	long id = route_id(&p->route);

	if (queue_find(p->db, p->who, id, p->mem, j, e) != 0)
		return -1;
	return may_decide(p, j) ? CALL_PASS : page_stop(p, 403, "forbidden", e);
}

int page_job_cancel(struct page *p, struct err *e)
{
	struct job j;
	bool asked;
	int rc = find_job(p, &j, e);

	if (rc != CALL_PASS)
		return rc;
	if (queue_cancel(p->db, p->who, p->req->remote_addr, j.id, &asked, e) != 0)
		return -1;
	page_job_wait(p, j.id, QUEUE_CANCEL_SECONDS);
	if (queue_find(p->db, p->who, j.id, p->mem, &j, e) != 0)
		return -1;
	return page_go(p, "%s%s", job_text_path(p, j.id), strcmp(j.state, "done") == 0 ? "?late=1" : "");
}

int page_job_apply(struct page *p, struct err *e)
{
	struct job j;
	bool asked;
	int rc = find_job(p, &j, e);

	if (rc != CALL_PASS)
		return rc;
	/* `plan` is the digest of the plan that the form showed; the job may have another one now. */
	if (queue_apply(p->db, p->who, p->req->remote_addr, j.id, form_get(&p->form, "plan"), &asked, e) != 0)
		return -1;
	/* After a double click the job may run already. */
	page_job_wait(p, j.id, p->conf->page_wait);
	return page_go(p, "%s", job_text_path(p, j.id));
}

int page_job_undo(struct page *p, struct err *e)
{
	bool force = is(form_get(&p->form, "force"), "1");
	struct job j;
	long made;

	if (queue_find(p->db, p->who, route_id(&p->route), p->mem, &j, e) != 0)
		return -1;
	if (!kind_undo_allowed(p->who, j.kind, j.counts))
		return page_stop(p, 403, "forbidden", e);
	/* The undo is checked first: its page shows what it would do, and a button to apply it. */
	if (queue_undo(p->db, p->who, p->req->remote_addr, j.id, true, force, &made, e) != 0)
		return -1;
	if (made == 0)
		return page_go(p, "%s", job_text_path(p, j.id));
	page_job_wait(p, made, p->conf->page_wait);
	return page_go(p, "%s", job_text_path(p, made));
}

int page_job_asked(struct page *p, struct err *e)
{
	(void)e;
	return page_go(p, PATH_JOB, route_id(&p->route));
}
