/* The history of one user, and the changes of all users on a day: grouped by job. */
#include <string.h>
#include <time.h>

#include "csv/field.h"
#include "pages/job_text.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "users/history.h"

#define PAGE_SIZE 100
#define JOBS 20			/* jobs of a day on one page */
#define CHANGES_OF_A_JOB 20

/* Sets the job of a group of events. */
static void set_job(struct page *p, const struct history_event *x, size_t job)
{
	struct view *v = p->view;

	view_set(v, x->at, "Jobs.%zu.at.iso", job);
	view_set(v, page_time(p, x->at), "Jobs.%zu.at.text", job);
	view_set(v, x->by != NULL ? x->by : page_text(p, "history.root", NULL), "Jobs.%zu.by", job);
	if (x->job == 0)
		return;
	view_set(v, page_text(p, arena_printf(p->mem, "job.%s.title", x->kind), "file",
	    page_name(p, x->file), NULL), "Jobs.%zu.title", job);
	/* Who may not send jobs may not see them either. */
	if (page_may(p, RIGHT_USERS_IMPORT) || page_may(p, RIGHT_USERS_UPDATE))
		view_set(v, job_text_path(p, x->job), "Jobs.%zu.href", job);
}

/* A cell's value in words. */
static const char *shown(struct page *p, const char *column, const char *value)
{
	enum field_id id;

	if (value == NULL || field_find(column, strlen(column), &id) != FIELD_NEW || fields[id].type != VALUE_BOOL)
		return value;
	return page_text(p, strcmp(value, "1") == 0 ? "common.yes" : "common.no", NULL);
}

/* The resource of a column, if another resource has a column with the same label. */
static const char *group_of(struct page *p, const char *column)
{
	enum field_id id;

	if (field_find(column, strlen(column), &id) != FIELD_NEW || (fields[id].resource != RESOURCE_PHONE
	    && fields[id].resource != RESOURCE_INCALL && fields[id].resource != RESOURCE_VOICEMAIL))
		return NULL;
	return page_text(p, arena_printf(p->mem, "user.group.%s", field_resource_name(fields[id].resource)), NULL);
}

static void set_event(struct page *p, const struct history_event *x, size_t job, size_t n)
{
	struct view *v = p->view;

	view_set(v, x->uuid, "Jobs.%zu.events.%zu.uuid", job, n);
	view_set(v, x->name, "Jobs.%zu.events.%zu.name", job, n);
	view_set(v, x->what, "Jobs.%zu.events.%zu.what", job, n);
	if (x->users != 1 || (x->uuid == NULL && x->name == NULL))
		view_set(v, page_count(p, "history.users", x->users), "Jobs.%zu.events.%zu.users", job, n);
	if (x->column == NULL)
		return;
	view_set(v, x->column, "Jobs.%zu.events.%zu.column", job, n);
	view_set(v, group_of(p, x->column), "Jobs.%zu.events.%zu.group", job, n);
	view_set(v, shown(p, x->column, x->old), "Jobs.%zu.events.%zu.old", job, n);
	view_set(v, shown(p, x->column, x->new), "Jobs.%zu.events.%zu.new", job, n);
}

/* Sets the events, which are ordered by job.  Jobs over all tenants have no number here, so they are
 * distinguished by their end. */
static void set_events(struct page *p, const struct history_event *events, size_t n)
{
	size_t job = 0, first = 0;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || events[i].job != events[i - 1].job || strcmp(events[i].at, events[i - 1].at) != 0) {
			job += i > 0;
			first = i;
			set_job(p, &events[i], job);
		}
		set_event(p, &events[i], job, i - first);
	}
}

int page_user_history(struct page *p, struct err *e)
{
	struct report_slice slice = { .limit = PAGE_SIZE };
	long page = form_number(form_get(&p->query, "page"), 1, 99999999, 1);
	struct history_event *events;
	struct history_user user;
	const char *path;

	slice.offset = (page - 1) * PAGE_SIZE;
	if (history_find(p->db, p->who, page_param(p, "uuid"), p->mem, &user, e) != 0
	    || history_of_user(p->db, p->who, &user, p->mem, &slice, &events, e) != 0)
		return -1;
	path = arena_printf(p->mem, PATH_USERS "/%s/history", user.uuid);
	if (page > page_last(PAGE_SIZE, slice.total))
		return page_go_last(p, path, "", PAGE_SIZE, slice.total);
	set_events(p, events, slice.n);
	if (user.gone)
		page_say(p, PAGE_NOTICE, page_text(p, "history.gone", NULL));
	page_menu(p, "users");
	page_trail(p, PATH_USERS, page_text(p, "users.title", NULL));
	if (!user.gone)
		page_trail(p, arena_printf(p->mem, PATH_USERS "/%s", user.uuid), user.name);
	page_pager(p, path, "", page, PAGE_SIZE, slice.total);
	return page_show(p, "history", page_text(p, "history.title", "name", page_name(p, user.name), NULL), e);
}

/* The day `days` after another one. */
static const char *day_beside(struct page *p, const char *day, int days)
{
	struct tm tm = {0};
	char text[32];

	strptime(day, "%Y-%m-%d", &tm);
	tm.tm_mday += days;
	timegm(&tm);
	strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	return arena_strdup(p->mem, text);
}

static const char *today(struct page *p)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[32];

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	return arena_strdup(p->mem, text);
}

int page_changes(struct page *p, struct err *e)
{
	struct report_slice slice = { .limit = JOBS };
	long page = form_number(form_get(&p->query, "page"), 1, 99999999, 1);
	const char *asked = form_get(&p->query, "day"), *day = history_is_day(asked) ? asked : NULL;
	struct history_event *events;

	if (asked != NULL && *asked != '\0' && day == NULL)
		page_fault(p, "day", page_text(p, "history.day_wrong", NULL));
	if (day == NULL)
		day = today(p);
	slice.offset = (page - 1) * JOBS;
	if (history_of_day(p->db, p->who, day, CHANGES_OF_A_JOB, p->mem, &slice, &events, e) != 0)
		return -1;
	if (page > page_last(JOBS, slice.total))
		return page_go_last(p, PATH_CHANGES, arena_printf(p->mem, "day=%s", day), JOBS, slice.total);
	set_events(p, events, slice.n);
	view_set(p->view, day, "Day.value");
	view_set(p->view, day_beside(p, day, -1), "Day.before");
	view_set(p->view, day_beside(p, day, 1), "Day.after");
	page_menu(p, "imports");
	page_trail(p, PATH_IMPORTS, page_text(p, "imports.title", NULL));
	page_pager(p, PATH_CHANGES, arena_printf(p->mem, "day=%s", day), page, JOBS, slice.total);
	return page_show(p, "history", page_text(p, "history.day_title", "day", day, NULL), e);
}
