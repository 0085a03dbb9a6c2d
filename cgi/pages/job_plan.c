/* What a check found that it would do, as a table, and the way to apply it. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "pages/job_page.h"
#include "pages/words.h"

/* Rows and columns in the order in which they are shown. */
static const char *const resources[] = {
	"lines", "extensions", "incalls", "voicemails", "call_permissions", "labels",
};
static const char *const hows[] = { "create", "update", "unchanged", "remove", "detach" };

#define RESOURCES (sizeof(resources) / sizeof(*resources))
#define HOWS (sizeof(hows) / sizeof(*hows))

/* Whether anything can be done to anything in this way: an import detaches nothing. */
static bool happens(const json_t *plan, const char *how)
{
	bool found = json_object_get(plan, how) != NULL;

	for (size_t i = 0; i < RESOURCES && !found; i++)
		found = json_object_get(json_object_get(json_object_get(plan, "resources"), resources[i]),
		    how) != NULL;
	return found;
}

/* A row; what cannot be other than 0 is left out of the plan, and is no number. */
static void set_row(struct page *p, const json_t *plan, const json_t *counts, const char *name, size_t row)
{
	view_set(p->view, page_text(p, arena_printf(p->mem, "job.plan.what.%s", name), NULL),
	    "Plan.%zu.what", row);
	for (size_t i = 0; i < HOWS; i++) {
		const json_t *n = json_object_get(counts, hows[i]);

		if (!happens(plan, hows[i]))
			continue;
		view_set(p->view, page_text(p, arena_printf(p->mem, "job.plan.how.%s", hows[i]), NULL),
		    "Plan.%zu.cells.%zu.how", row, i);
		view_set(p->view, n != NULL ? page_long(p, (long)json_integer_value(n))
		    : page_text(p, "common.none", NULL), "Plan.%zu.cells.%zu.n", row, i);
		if (json_integer_value(n) != 0)
			view_set(p->view, "1", "Plan.%zu.cells.%zu.some", row, i);
	}
}

static bool nothing(const json_t *counts)
{
	for (size_t i = 0; i < HOWS; i++)
		if (json_integer_value(json_object_get(counts, hows[i])) != 0)
			return false;
	return true;
}

/* The users, and whatever else there is something of. */
static void set_table(struct page *p, const struct job *j)
{
	json_t *plan = json_loads(j->plan != NULL ? j->plan : "{}", 0, NULL);
	size_t row = 0;

	set_row(p, plan, plan, "users", row++);
	for (size_t i = 0; i < RESOURCES; i++) {
		const json_t *counts = json_object_get(json_object_get(plan, "resources"), resources[i]);

		if (!nothing(counts))
			set_row(p, plan, counts, resources[i], row++);
	}
	if (row <= RESOURCES)
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
