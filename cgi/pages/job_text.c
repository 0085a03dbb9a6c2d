/* Describes a job in the language of the page.  Contract: job_text.h. */
#include "pages/job_text.h"

#include <string.h>

#include <jansson.h>

#include "pages/paths.h"

/* The counts of a job, in the order in which they are shown. */
static const char *const counted[] = {
	"users", "created", "changed", "disabled", "deleted", "unchanged",
	"lines", "extensions", "incalls", "voicemails",
};

/* A count of a plan: how many it would make, without those that exist already. */
static long planned(const json_t *plan, const char *name)
{
	const json_t *n;

	if (strcmp(name, "users") == 0 || strcmp(name, "created") == 0)
		n = json_object_get(plan, "create");
	else if (strcmp(name, "disabled") == 0)
		n = json_object_get(plan, "disable");
	else if (strcmp(name, "changed") == 0)
		n = json_object_get(plan, "update");
	else if (strcmp(name, "deleted") == 0)
		n = json_object_get(plan, "remove");
	else if (strcmp(name, "unchanged") == 0)
		n = json_object_get(plan, "unchanged");
	else
		n = json_object_get(json_object_get(json_object_get(plan, "resources"), name), "create");
	return (long)json_integer_value(n);
}

static bool checked(const struct job *j)
{
	return strcmp(j->state, "checked") == 0 && j->plan != NULL;
}

static long count(const struct job *j, const json_t *counts, const char *name)
{
	/* "created" and "users" count the same users in an import, but not in an update. */
	if (checked(j) && strcmp(name, strcmp(j->kind, "update") == 0 ? "users" : "created") == 0)
		return 0;
	return checked(j) ? planned(counts, name) : (long)json_integer_value(json_object_get(counts, name));
}

void job_text_counts(struct page *p, const struct job *j, const char *name)
{
	json_t *counts = json_loads(checked(j) ? j->plan : j->counts, 0, NULL);
	int shown = 0;

	for (size_t i = 0; i < sizeof(counted) / sizeof(*counted); i++) {
		long n = count(j, counts, counted[i]);
		const char *key = arena_printf(p->mem, "job.%s.counts.%s", j->kind, counted[i]);

		if (n > 0)
			view_set(p->view, page_count(p, key, n), "%s.%d", name, shown++);
	}
	json_decref(counts);
}

long job_text_users(const struct job *j)
{
	json_t *counts = json_loads(checked(j) ? j->plan : j->counts, 0, NULL);
	long n = 0;

	if (strcmp(j->kind, "update") != 0)
		n += count(j, counts, "users");
	if (strcmp(j->kind, "update") == 0 || strcmp(j->kind, "undo") == 0)
		n += count(j, counts, "changed") + count(j, counts, "deleted");
	if (strcmp(j->kind, "update") == 0)
		n += count(j, counts, "created") + count(j, counts, "disabled");
	json_decref(counts);
	return n;
}

long job_text_listed(const struct job *j)
{
	json_t *counts;
	long n;

	if (strcmp(j->kind, "undo") != 0)
		return job_text_users(j);
	counts = json_loads(j->counts, 0, NULL);
	n = (long)json_integer_value(json_object_get(counts, "users"));
	json_decref(counts);
	return n;
}

long job_text_moved(const struct job *j)
{
	json_t *counts = json_loads(checked(j) ? j->plan : j->counts, 0, NULL);
	long n = count(j, counts, "created") + count(j, counts, "disabled") + count(j, counts, "deleted");

	json_decref(counts);
	return n;
}

const char *job_text_group(const struct job *j)
{
	return j->dry_run && j->applied_by == NULL && strcmp(j->kind, "undo") != 0 ? "check" : j->kind;
}

const char *job_text_path(struct page *p, long id)
{
	return arena_printf(p->mem, PATH_JOB, id);
}

const char *job_text_title(struct page *p, const struct job *j)
{
	return page_text(p, arena_printf(p->mem, "job.%s.title", job_text_group(j)),
	    "file", page_name(p, j->file_name), NULL);
}

/* The icon of a state.  The icons differ also without colours. */
static const char *state_icon(const struct job *j)
{
	if (strcmp(j->state, "done") == 0)
		return j->warnings > 0 ? "warning" : "done";
	if (strcmp(j->state, "failed") == 0)
		return "error";
	if (strcmp(j->state, "checked") == 0 || strcmp(j->state, "cancelled") == 0)
		return j->state;
	return "notice";
}

static void set_time(struct page *p, const char *iso, const char *name, const char *which)
{
	view_set(p->view, iso, "%s.%s.iso", name, which);
	view_set(p->view, page_time(p, iso), "%s.%s.text", name, which);
}

void job_text_fill(struct page *p, const struct job *j, const char *name)
{
	struct view *v = p->view;
	const char *state = arena_printf(p->mem, "job.state.%s", j->state);
	const char *group = job_text_group(j);
	const char *kind = arena_printf(p->mem, strcmp(group, "check") == 0 ? "job.kind.%s_check" : "job.kind.%s",
	    j->kind);

	view_set_long(v, j->id, "%s.id", name);
	view_set(v, j->state, "%s.state", name);
	view_set(v, page_text(p, state, NULL), "%s.state_word", name);
	view_set(v, state_icon(j), "%s.icon", name);
	view_set(v, page_text(p, kind, NULL), "%s.kind", name);
	view_set(v, j->kind, "%s.kind_name", name);
	view_set(v, group, "%s.words", name);
	view_set(v, j->file_name, "%s.file", name);
	view_set(v, j->admin_name, "%s.who", name);
	view_set(v, j->applied_by, "%s.applied_by", name);
	view_set(v, j->tenant_id == 0 ? page_text(p, "job.all_entities", NULL) : j->tenant_name,
	    "%s.entity", name);
	set_time(p, j->created_at, name, "created");
	set_time(p, j->started_at, name, "started");
	set_time(p, j->ended_at, name, "ended");
	if (j->ended_at != NULL && j->started_at != NULL)
		view_set(v, page_duration(p, j->seconds), "%s.duration", name);
}
