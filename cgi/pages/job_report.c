/* The report of an ended job: its tabs, and the content of the one that is shown. */
#include <string.h>

#include "http/form.h"
#include "pages/job.h"
#include "pages/job_text.h"
#include "users/report.h"

#define PAGE_SIZE 100

static bool is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

/* A section of the report, with the page of its list that is shown. */
struct section {
	struct report report;
	long page;
	struct report_slice slice;	/* of that page */
	struct buf query;	/* of the URL, without page */
};

/* Sets what the list of issues and the list of causes both show of an issue. */
static void set_issue(struct page *p, const struct issue *x, const char *list, size_t i)
{
	struct view *v = p->view;
	struct buf text = {0};

	issue_write(&text, x, page_issue_text, p);
	view_set(v, x->level == ISSUE_ERROR ? "error" : "warning", "%s.%zu.level", list, i);
	view_set(v, page_text(p, x->level == ISSUE_ERROR ? "job.issues.error_word"
	    : "job.issues.warning_word", NULL), "%s.%zu.word", list, i);
	if (x->row > 0)
		view_set(v, page_long(p, x->sheet_row), "%s.%zu.row", list, i);
	view_set(v, x->column, "%s.%zu.column", list, i);
	view_set(v, x->source, "%s.%zu.source", list, i);
	view_set(v, x->value, "%s.%zu.value", list, i);
	view_set(v, buf_str(&text), "%s.%zu.text", list, i);
	buf_free(&text);
}

static int set_columns(struct page *p, const struct report *r, const char *chosen, struct err *e)
{
	const char **columns;
	size_t n;

	if (report_columns(r, &columns, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set(p->view, columns[i], "Columns.%zu.name", i);
		if (is(chosen, columns[i]))
			view_set(p->view, "1", "Columns.%zu.chosen", i);
	}
	return 0;
}

/* Adds the filter's values to the query of a URL. */
static void add_filter(struct page *p, struct buf *query, const struct report_filter *f, bool rows)
{
	if (f->level != NULL)
		form_encode(query, "level", f->level);
	if (f->column != NULL)
		form_encode(query, "column", f->column);
	if (f->cause > 0)
		form_encode(query, "cause", arena_printf(p->mem, "%ld", f->cause));
	else if (rows)
		form_encode(query, "rows", "all");
}

/* Sets how many errors and warnings are only counted; *listed is how many are listed. */
static int set_unlisted(struct page *p, const struct job *j, const struct report *r, long *listed,
    struct err *e)
{
	if (report_listed(r, listed, e) != 0)
		return -1;
	if (j->errors + j->warnings > *listed)
		view_set(p->view, page_text(p, "job.issues.unlisted", "listed", page_long(p, *listed),
		    "n", page_long(p, j->errors + j->warnings - *listed), NULL), "Job.unlisted");
	return 0;
}

/* Sets the causes, unless each has only one issue: then the list of issues is enough.  *grouped:
 * they are shown. */
static int set_causes(struct page *p, const struct job *j, struct section *s, long listed, bool *grouped,
    struct err *e)
{
	struct report_slice slice = s->slice;
	struct report_cause *causes;

	if (report_causes(&s->report, &slice, &causes, e) != 0)
		return -1;
	*grouped = slice.total < listed;
	if (!*grouped)
		return 0;
	for (size_t i = 0; i < slice.n; i++) {
		const struct report_cause *c = &causes[i];
		set_issue(p, &c->first, "Causes", i);
		if (c->first.row > 0)
			view_set(p->view, page_count(p, "job.rows", c->rows), "Causes.%zu.rows", i);
		if (c->varied)
			view_set(p->view, page_count(p, "job.causes.varied", c->issues - 1), "Causes.%zu.varied", i);
		view_set(p->view, arena_printf(p->mem, "%s?show=issues&cause=%ld", job_text_path(p, j->id), c->n),
		    "Causes.%zu.href", i);
	}
	s->slice = slice;
	return 0;
}

static int set_rows(struct page *p, const struct report_filter *f, struct section *s, struct err *e)
{
	struct issue *issues;

	if (report_issues(&s->report, f, &s->slice, &issues, e) != 0)
		return -1;
	for (size_t i = 0; i < s->slice.n; i++) {
		set_issue(p, &issues[i], "Issues", i);
		view_set(p->view, issues[i].user, "Issues.%zu.name", i);
		if (issues[i].user != NULL)
			view_set(p->view, "1", "Issues_named");
	}
	return 0;
}

static int set_issues(struct page *p, const struct job *j, struct section *s, struct err *e)
{
	const char *level = form_get(&p->query, "level"), *column = form_get(&p->query, "column");
	struct report_filter f = {
		.level = is(level, "error") || is(level, "warning") ? level : NULL,
		.column = column != NULL && *column != '\0' ? column : NULL,
		.cause = form_number(form_get(&p->query, "cause"), 1, 999999999, 0),
	};
	bool rows = is(form_get(&p->query, "rows"), "all"), grouped = false;
	bool narrowed = f.level != NULL || f.column != NULL || f.cause > 0;
	long listed;

	if (set_unlisted(p, j, &s->report, &listed, e) != 0
	    || (!rows && !narrowed && j->bytes > 0 && set_causes(p, j, s, listed, &grouped, e) != 0))
		return -1;
	if ((!grouped && set_rows(p, &f, s, e) != 0) || set_columns(p, &s->report, f.column, e) != 0)
		return -1;
	add_filter(p, &s->query, &f, rows);
	view_set(p->view, f.level, "Filter.level");
	view_set(p->view, f.column, "Filter.column");
	if (rows || narrowed)
		view_set(p->view, arena_printf(p->mem, "%s?show=issues", job_text_path(p, j->id)), "Filter.causes");
	else if (grouped)
		view_set(p->view, arena_printf(p->mem, "%s?show=issues&rows=all", job_text_path(p, j->id)),
		    "Filter.all");
	return 0;
}

static int set_users(struct page *p, const struct job *j, struct section *s, struct err *e)
{
	struct report_user *users;
	struct view *v = p->view;

	if (report_users(&s->report, &s->slice, &users, e) != 0)
		return -1;
	/* If an update did more than change users, each user has a word for what was done. */
	if (is(j->kind, "update") && job_text_moved(j) > 0)
		view_set(v, "1", "Users_how");
	view_set_long(v, j->id, "Job.id");
	for (size_t i = 0; i < s->slice.n; i++) {
		if (users[i].row > 0)
			view_set(v, page_long(p, users[i].row), "Users.%zu.row", i);
		view_set(v, page_text(p, arena_printf(p->mem, "job.users.how.%s",
		    users[i].how != NULL ? users[i].how : "changed"), NULL), "Users.%zu.how", i);
		view_set(v, users[i].name, "Users.%zu.name", i);
		view_set(v, users[i].exten, "Users.%zu.exten", i);
		if (users[i].name != NULL && !is(users[i].how, "deleted") && page_may(p, RIGHT_USERS_READ))
			view_set(v, users[i].uuid, "Users.%zu.uuid", i);
	}
	return 0;
}

static int set_log(struct page *p, const struct job *j, struct section *s, struct err *e)
{
	struct report_line *lines;

	(void)j;
	if (report_log(&s->report, &s->slice, &lines, e) != 0)
		return -1;
	for (size_t i = 0; i < s->slice.n; i++) {
		view_set(p->view, lines[i].at, "Log.%zu.iso", i);
		view_set(p->view, page_time(p, lines[i].at), "Log.%zu.at", i);
		view_set(p->view, lines[i].event, "Log.%zu.event", i);
	}
	return 0;
}

/* Sets a change, with values as in a file; an empty value is not set. */
static void set_change(struct page *p, const struct report_change *c, bool done, size_t i)
{
	struct view *v = p->view;

	if (c->row > 0)
		view_set(v, page_long(p, c->row), "Changes.%zu.row", i);
	view_set(v, c->uuid, "Changes.%zu.uuid", i);
	view_set(v, c->name, "Changes.%zu.name", i);
	view_set(v, c->column, "Changes.%zu.column", i);
	view_set(v, is(c->old, "") ? NULL : c->old, "Changes.%zu.old", i);
	view_set(v, is(c->new, "") ? NULL : c->new, "Changes.%zu.new", i);
	if (c->generated)
		view_set(v, page_text(p, done ? "job.changes.was_generated" : "job.changes.generated", NULL),
		    "Changes.%zu.generated", i);
}

static int set_changes(struct page *p, const struct job *j, struct section *s, struct err *e)
{
	struct report_change *changes;

	if (report_changes(&s->report, &s->slice, &changes, e) != 0)
		return -1;
	for (size_t i = 0; i < s->slice.n; i++)
		set_change(p, &changes[i], is(j->state, "done"), i);
	return 0;
}

/* Sets the users whom a checked import would create, or a checked update create, disable or
 * delete. */
static int set_planned(struct page *p, const struct job *j, struct section *s, struct err *e)
{
	struct report_planned *users;
	struct view *v = p->view;
	bool moves = is(j->kind, "update");
	long bare;

	if (report_planned(&s->report, &s->slice, &users, &bare, e) != 0)
		return -1;
	for (size_t i = 0; i < s->slice.n; i++) {
		if (users[i].row > 0)
			view_set(v, page_long(p, users[i].row), "Planned.%zu.row", i);
		if (moves)
			view_set(v, page_text(p, arena_printf(p->mem, "job.users.how.%s", users[i].how), NULL),
			    "Planned.%zu.how", i);
		if (page_may(p, RIGHT_USERS_READ))
			view_set(v, users[i].uuid, "Planned.%zu.uuid", i);
		view_set(v, users[i].name, "Planned.%zu.name", i);
		view_set(v, users[i].exten, "Planned.%zu.exten", i);
		view_set(v, users[i].incalls, "Planned.%zu.incalls", i);
		view_set(v, users[i].username, "Planned.%zu.username", i);
		view_set(v, users[i].voicemail, "Planned.%zu.voicemail", i);
	}
	if (moves)
		view_set(v, "1", "Planned_moves");
	else if (bare > 0)
		view_set(v, page_count(p, "job.planned.bare", bare), "Planned_bare");
	return 0;
}

/* --- tabs ------------------------------------------------------------------- */

struct tab {
	const char *name;
	const char *title;	/* key */
	bool is;		/* this job has the tab */
	long n;			/* number beside the title; -1: none */
	const char *users;	/* in its place: how many users it is about */
	int (*set)(struct page *p, const struct job *j, struct section *s, struct err *e);
};

#define TABS 5

/* The number of changes to show; -1 for an import, which changes nobody, and for a reader who may
 * not read users.  *users: of more than are counted how many users these are about, else NULL. */
static int count_changes(struct page *p, const struct job *j, const struct report *r, long *total,
    const char **users, struct err *e)
{
	struct report_slice slice = { .limit = 0 };
	struct report_change *none;

	*total = -1;
	*users = NULL;
	if (is(j->kind, "import") || !(is(j->state, "done") || (j->plan != NULL && !is(j->state, "failed")))
	    || !page_may(p, RIGHT_USERS_READ))
		return 0;
	if (report_changes(r, &slice, &none, e) != 0)
		return -1;
	*total = slice.total;
	if (slice.uncounted)
		*users = page_count(p, "job.changes.users", job_text_users(j));
	return 0;
}

static int list_tabs(struct page *p, const struct job *j, const struct report *r, struct tab tabs[TABS],
    struct err *e)
{
	const char *users = arena_printf(p->mem, "job.%s.users.title", j->kind), *changed;
	long issues = j->errors + j->warnings, listed = job_text_listed(j), changes;

	if (count_changes(p, j, r, &changes, &changed, e) != 0)
		return -1;
	tabs[0] = (struct tab){ "issues", "job.issues.title",
		(!is(j->state, "cancelled") && !is(j->kind, "delete")) || issues > 0,
		issues, NULL, set_issues };
	tabs[1] = (struct tab){ "changes", "job.changes.title", changes >= 0, changes, changed, set_changes };
	tabs[2] = (struct tab){ "users", users, is(j->state, "done") && !is(j->kind, "delete")
		&& (!is(j->kind, "undo") || listed > 0), listed, NULL, set_users };
	tabs[3] = (struct tab){ "log", "job.log.title", true, -1, NULL, set_log };
	if (is(j->state, "checked") && is(j->kind, "import"))
		tabs[4] = (struct tab){ "planned", "job.planned.title", true, job_text_users(j), NULL,
			set_planned };
	else
		tabs[4] = (struct tab){ "planned", "job.planned.moves",
			is(j->state, "checked") && is(j->kind, "update") && job_text_moved(j) > 0, job_text_moved(j),
			NULL, set_planned };
	return 0;
}

/* The tab to show: the requested one, else the most important one. */
static const struct tab *choose_tab(const struct page *p, const struct job *j, const struct tab tabs[TABS])
{
	const char *show = form_get(&p->query, "show");
	bool checked = is(j->state, "checked");

	for (int i = 0; i < TABS; i++)
		if (tabs[i].is && is(show, tabs[i].name))
			return &tabs[i];
	if (checked && tabs[1].is)
		return &tabs[1];
	if (tabs[4].is && j->warnings == 0)
		return &tabs[4];
	if (tabs[0].is && (checked || j->errors + j->warnings > 0))
		return &tabs[0];
	if (!is(j->state, "done"))
		return &tabs[3];
	return tabs[2].is ? &tabs[2] : tabs[1].is ? &tabs[1] : &tabs[3];
}

static void set_tabs(struct page *p, const struct job *j, const struct tab tabs[TABS], const struct tab *current)
{
	int shown = 0;

	for (int i = 0; i < TABS; i++) {
		const struct tab *t = &tabs[i];

		if (!t->is)
			continue;
		view_set(p->view, arena_printf(p->mem, "%s?show=%s", job_text_path(p, j->id), t->name),
		    "Tabs.%d.href", shown);
		view_set(p->view, page_text(p, t->title, NULL), "Tabs.%d.title", shown);
		if (t->users != NULL)
			view_set(p->view, t->users, "Tabs.%d.n", shown);
		else if (t->n >= 0)
			view_set(p->view, page_long(p, t->n), "Tabs.%d.n", shown);
		if (t == current)
			view_set(p->view, "1", "Tabs.%d.current", shown);
		shown++;
	}
}

int page_job_report(struct page *p, const struct job *j, bool *gone, struct err *e)
{
	struct section s = {
		.report = { .db = p->db, .who = p->who, .job = j->id, .mem = p->mem },
		.page = form_number(form_get(&p->query, "page"), 1, 99999999, 1),
	};
	const struct tab *tab;
	struct tab tabs[TABS];
	int rc;

	*gone = false;
	s.slice = (struct report_slice){ .offset = (s.page - 1) * PAGE_SIZE, .limit = PAGE_SIZE };
	if (list_tabs(p, j, &s.report, tabs, e) != 0)
		return -1;
	tab = choose_tab(p, j, tabs);
	form_encode(&s.query, "show", tab->name);
	rc = tab->set(p, j, &s, e);
	if (rc == 0 && s.page > page_last(PAGE_SIZE, s.slice.total)) {
		*gone = true;
		page_go_last(p, job_text_path(p, j->id), buf_str(&s.query), PAGE_SIZE, s.slice.total);
	} else if (rc == 0) {
		view_set(p->view, tab->name, "Job.section");
		if (s.slice.uncounted)
			page_pager_pages(p, job_text_path(p, j->id), buf_str(&s.query), s.page,
			    page_last(PAGE_SIZE, s.slice.total));
		else
			page_pager(p, job_text_path(p, j->id), buf_str(&s.query), s.page, PAGE_SIZE, s.slice.total);
		set_tabs(p, j, tabs, tab);
	}
	buf_free(&s.query);
	return rc;
}
