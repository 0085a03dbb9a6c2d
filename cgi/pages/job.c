/* One job: how far it is, and once it has ended how, with its report. */
#include <string.h>

#include "pages/job_page.h"
#include "pages/pages.h"
#include "pages/words.h"
#include "users/kinds.h"
#include "users/report.h"

static bool is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

const char *page_job_path(struct page *p, const struct job *j)
{
	return arena_printf(p->mem, "/services/ipbx/imports/%ld", j->id);
}

bool page_job_may(const struct page *p, const struct job *j)
{
	return kind_allowed(p->who, j->kind);
}

/* --- the sentence ---------------------------------------------------------- */

static const char *failure(struct page *p, const struct job *j, long wrong_rows)
{
	const char *group = words_group(j), *errors = page_count(p, "job.error_count", j->errors);

	if (queue_gave_up(j))
		return page_text(p, arena_printf(p->mem, "job.%s.gave_up", group),
		    "n", page_long(p, j->attempt), NULL);
	if (wrong_rows == 0)
		return page_text(p, arena_printf(p->mem, "job.%s.failed_file", group), NULL);
	return page_text(p, arena_printf(p->mem, "job.%s.failed", group), "errors", errors,
	    "rows", page_count(p, "job.rows", wrong_rows), NULL);
}

/* What was done (`did`: done), or would be (planned).  An update may find that
 * everything is there already. */
static const char *success(struct page *p, const struct job *j, const char *did, const char *users_key)
{
	long n = words_users(j);
	const char *users = page_count(p, arena_printf(p->mem, "job.%s.%s", j->kind, users_key), n);
	const char *warnings = page_count(p, "job.warning_count", j->warnings);
	const char *with = j->warnings > 0 ? "_warnings" : "";

	if (is(j->kind, "update") && n == 0)
		return page_text(p, arena_printf(p->mem, "job.update.%s_nothing%s", did, with),
		    "warnings", warnings, NULL);
	return page_text(p, arena_printf(p->mem, "job.%s.%s%s", j->kind, did, with), "users", users,
	    "warnings", warnings, NULL);
}

/* --- the result ------------------------------------------------------------ */

static int set_failure(struct page *p, const struct job *j, struct err *e)
{
	long wrong_rows = 0;

	if (report_wrong_rows(p->db, p->who, j->id, &wrong_rows, e) != 0)
		return -1;
	if (wrong_rows == 0 && page_offer_converted(p, j->id, e) != 0)
		return -1;
	view_set(p->view, failure(p, j, wrong_rows), "Job.result");
	if (queue_gave_up(j))
		view_set(p->view, "1", "Job.gave_up");
	return 0;
}

static int set_result(struct page *p, const struct job *j, struct err *e)
{
	struct view *v = p->view;

	view_set(v, words_size(p, j->bytes), "Job.size");
	view_set(v, j->rows > 0 ? page_long(p, j->rows) : NULL, "Job.rows");
	if (is(j->state, "failed"))
		return set_failure(p, j, e);
	if (is(j->state, "cancelled")) {
		view_set(v, page_text(p, arena_printf(p->mem, "job.%s.cancelled", words_group(j)),
		    "who", j->cancelled_by, NULL), "Job.result");
	} else if (is(j->state, "checked")) {
		view_set(v, success(p, j, "planned", "would_change"), "Job.result");
		if (j->warnings > 0)
			view_set(v, "warning", "Job.icon");
		page_job_plan(p, j);
	} else {
		view_set(v, success(p, j, "done", "changed"), "Job.result");
		words_counts(p, j, "Job.counts");
	}
	return 0;
}

static int show_result(struct page *p, const struct job *j, const char *title, struct err *e)
{
	bool gone;

	view_set(p->view, "1", "Job.is_ended");
	/* Somebody cancelled it, but not soon enough. */
	if (is(j->state, "done") && is(form_get(&p->query, "late"), "1"))
		page_say(p, PAGE_WARNING, page_text(p, arena_printf(p->mem, "job.%s.late", j->kind), NULL));
	if (page_job_may(p, j))
		view_set(p->view, arena_printf(p->mem, "/services/ipbx/users/%s", j->kind), "Job.again");
	if (set_result(p, j, e) != 0 || page_offer_downloads(p, j, e) != 0
	    || page_job_report(p, j, &gone, e) != 0)
		return -1;
	return gone ? 0 : page_show(p, "job", title, e);
}

int page_job(struct page *p, struct err *e)
{
	long id = form_number(page_param(p, "id"), 1, 999999999, 0);
	const char *title;
	struct job j;

	if (queue_find(p->db, p->who, id, p->mem, &j, e) != 0)
		return -1;
	title = words_title(p, &j);
	page_menu(p, "imports");
	page_trail(p, "/services/ipbx/imports", page_text(p, "imports.title", NULL));
	words_job(p, &j, "Job");
	if (p->who->tenant_id == 0)
		view_set(p->view, "1", "Job.show_entity");
	if (j.ended_at == NULL)
		return page_job_progress(p, &j, title, e);
	return show_result(p, &j, title, e);
}
