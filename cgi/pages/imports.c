/* The history: every job of the scope, newest first. */
#include "auth/account.h"
#include "job/queue.h"
#include "job/stored.h"
#include "pages/job_text.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "users/kinds.h"

#include <string.h>

#define PAGE_SIZE 20

/* Sets the result of a job: what it made or would make, or how many errors it has. */
static void set_outcome(struct page *p, const struct job *j, size_t i)
{
	const char *name = arena_printf(p->mem, "Jobs.%zu.counts", i);

	/* The script compares this to find out whether a row has changed. */
	if (j->ended_at == NULL) {
		view_set(p->view, arena_printf(p->mem, "%s %ld", j->state, j->percent), "Jobs.%zu.alive", i);
		view_set_long(p->view, p->conf->follow_seconds, "Imports.follow");
	}
	if (strcmp(j->state, "done") == 0 || strcmp(j->state, "checked") == 0)
		job_text_counts(p, j, name);
	if (strcmp(j->state, "checked") == 0)
		view_set(p->view, "1", "Jobs.%zu.planned", i);
	if (queue_gave_up(j))
		view_set(p->view, "1", "Jobs.%zu.gave_up", i);
	if (j->errors > 0)
		view_set(p->view, page_count(p, "job.error_count", j->errors), "Jobs.%zu.errors", i);
	if (j->warnings > 0)
		view_set(p->view, page_count(p, "job.warning_count", j->warnings), "Jobs.%zu.warnings", i);
	if (strcmp(j->state, "running") == 0)
		view_set(p->view, page_text(p, "job.background.percent", "n",
		    page_long(p, j->percent), NULL), "Jobs.%zu.percent", i);
}

/* Sets how much the database keeps for all tenants; only for root. */
static int set_kept(struct page *p, struct err *e)
{
	PGresult *res;

	if (account_query(p->db, p->who, "figure_bytes", NO_ARGS, &res, e) != 0)
		return -1;
	for (int i = 0; i < PQntuples(res); i++) {
		view_set(p->view, page_text(p, arena_printf(p->mem, "imports.kept.%s", db_get(res, i, "kind")), NULL),
		    "Kept.%d.what", i);
		view_set(p->view, page_size(p, db_get_long(res, i, "bytes")), "Kept.%d.size", i);
	}
	PQclear(res);
	return 0;
}

/* Sets how much the files take that the reader may delete. */
static int set_files(struct page *p, struct err *e)
{
	const struct stored_choice all = { .kinds = kinds_allowed(p->who, p->mem) };
	long jobs, bytes;

	if (stored_count(p->db, p->who, &all, &jobs, &bytes, e) != 0)
		return -1;
	if (jobs > 0)
		view_set(p->view, page_text(p, p->who->tenant_id != 0 ? "job_files.room" : "job_files.room_all",
		    "size", page_size(p, bytes),
		    "limit", page_size(p, p->conf->stored_mb_tenant * 1024L * 1024), NULL), "Imports.files");
	return 0;
}

int page_imports(struct page *p, struct err *e)
{
	long page = form_number(form_get(&p->query, "page"), 1, 99999999, 1), total;
	struct job *jobs;
	size_t n;

	if (queue_list(p->db, p->who, (page - 1) * PAGE_SIZE, PAGE_SIZE, p->mem, &jobs, &n,
	    &total, e) != 0)
		return -1;
	/* A page behind the last one leads to the last one. */
	if (page > page_last(PAGE_SIZE, total))
		return page_go_last(p, PATH_IMPORTS, "", PAGE_SIZE, total);
	for (size_t i = 0; i < n; i++) {
		job_text_fill(p, &jobs[i], arena_printf(p->mem, "Jobs.%zu", i));
		view_set(p->view, page_text(p, arena_printf(p->mem, "job.%s.report", job_text_group(&jobs[i])),
		    "file", page_name(p, jobs[i].file_name),
		    "id", arena_printf(p->mem, "%ld", jobs[i].id), NULL), "Jobs.%zu.label", i);
		set_outcome(p, &jobs[i], i);
	}
	if (p->who->tenant_id == 0)
		view_set(p->view, "1", "Imports.entities");
	if (set_files(p, e) != 0 || (p->who->root && set_kept(p, e) != 0))
		return -1;
	page_menu(p, "imports");
	page_pager(p, PATH_IMPORTS, "", page, PAGE_SIZE, total);
	return page_show(p, "imports", page_text(p, "imports.title", NULL), e);
}
