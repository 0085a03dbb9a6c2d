/* A job that waits or runs: how far it is, and how to cancel it. */
#include <string.h>

#include "http/form.h"
#include "pages/job_page.h"
#include "pages/words.h"

/* How often browsers without scripts load the page anew, at most. */
#define PLAIN_SECONDS 5

static bool is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

/* What the phase counts: bytes, passwords, or its own steps. */
static const char *detail(struct page *p, const struct job *j)
{
	if (is(j->state, "queued"))
		return j->ahead == 0 ? page_text(p, "job.ahead_none", NULL)
		    : page_count(p, "job.ahead", j->ahead);
	if (j->total <= 0)
		return "";
	if (is(j->phase, "reading"))
		return page_text(p, "job.read.bytes", "rows", page_count(p, "job.rows", j->rows),
		    "done", words_size(p, j->done), "total", words_size(p, j->total), NULL);
	return page_text(p, is(j->phase, "hashing") ? "job.read.passwords" : "job.read.steps",
	    "rows", page_count(p, "job.rows", j->rows), "done", page_long(p, j->done),
	    "total", page_long(p, j->total), "passwords", page_count(p, "job.passwords", j->total), NULL);
}

/* "about 2 minutes left"; NULL where nothing is known. */
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

/* What keeps it from going on as it should. */
static const char *hitch(struct page *p, const struct job *j)
{
	bool queued = is(j->state, "queued");

	if (j->unattended)
		return page_text(p, arena_printf(p->mem, "job.%s.background.unattended", words_group(j)), NULL);
	if (j->attempt > 1 || (j->attempt == 1 && queued))
		return page_text(p, arena_printf(p->mem, "job.%s.background.again", words_group(j)), "n",
		    page_long(p, queued ? j->attempt + 1 : j->attempt), NULL);
	return NULL;
}

static void set_times(struct page *p, const struct job *j)
{
	if (j->started_at != NULL && j->seconds >= 1)
		view_set(p->view, page_text(p, "job.elapsed", "time",
		    words_duration(p, (double)(long)j->seconds), NULL), "Job.elapsed");
	view_set(p->view, rest(p, j), "Job.left");
}

static void set_cancel(struct page *p, const struct job *j)
{
	if (j->cancelled_by != NULL)
		view_set(p->view, page_text(p, "job.cancel_asked", "who", j->cancelled_by, NULL),
		    "Job.cancel_asked");
	else if (page_job_may(p, j))
		view_set(p->view, arena_printf(p->mem, "%s/cancel", page_job_path(p, j)), "Job.cancel");
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
	view_set(v, detail(p, j), "Job.detail");
	view_set(v, page_text(p, "job.background.log", "log", p->conf->log_file, NULL), "Job.log");
	view_set(v, hitch(p, j), "Job.hitch");
	set_times(p, j);
	set_cancel(p, j);
}

int page_job_progress(struct page *p, const struct job *j, const char *title, struct err *e)
{
	set_progress(p, j);
	view_set_long(p->view, p->conf->follow_seconds, "Job.seconds");
	if (is(form_get(&p->query, "follow"), "0")) {
		view_set(p->view, page_job_path(p, j), "Job.follow_href");
	} else {
		view_set(p->view, arena_printf(p->mem, "%s?follow=0", page_job_path(p, j)), "Job.stop_href");
		/* A page that is loaded anew takes the reader's place along: not as often as a script. */
		page_refresh(p, p->conf->follow_seconds > PLAIN_SECONDS ? p->conf->follow_seconds : PLAIN_SECONDS);
	}
	return page_show(p, "job", title, e);
}
