/* What a check found that it would do, as a table, and the way to apply it. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "pages/job_page.h"
#include "pages/words.h"
#include "users/plan.h"

/* A row; what cannot be other than 0 is left out of the plan, and is no number. */
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

/* The users, and whatever else there is something of. */
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

void page_job_plan(struct page *p, const struct job *j)
{
	set_table(p, j);
	if (j->plan_changed)
		view_set(p->view, "1", "Job.plan_changed");
	/* Where Apply leads, and not each of the tabs: it is read out. */
	if (j->plan_changed && form_get(&p->query, "show") == NULL)
		view_set(p->view, "1", "Job.plan_news");
	if (!page_job_may(p, j))
		return;
	if (!j->kept_as_sent) {
		view_set(p->view, "1", "Job.apply_gone");
		return;
	}
	view_set(p->view, arena_printf(p->mem, "%s/apply", page_job_path(p, j)), "Job.apply");
	view_set(p->view, j->plan_digest, "Job.plan_of");
}
