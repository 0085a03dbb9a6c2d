/* Deletes the stored files of one job, or of all that ended some time ago, after a page that asks. */
#include "job/queue.h"
#include "job/stored.h"
#include "pages/job_text.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "users/kinds.h"

#define DAYS_MAX 36500

/* Says it on the page `back`, and goes there. */
static int say(struct page *p, const char *back, enum page_tone tone, const char *key, long n)
{
	page_say_next(p, tone, key, n);
	return page_go(p, "%s", back);
}

/* Shows the page that asks.  `job` is NULL for the jobs of some age. */
static int ask(struct page *p, const struct stored_choice *choice, const struct job *job, const char *back,
    struct err *e)
{
	long jobs, bytes;

	if (stored_count(p->db, p->who, choice, &jobs, &bytes, e) != 0)
		return -1;
	if (jobs == 0)
		return say(p, back, PAGE_NOTICE, "job_files.nothing", 1);
	view_set(p->view, back, "Files.go");
	view_set(p->view, p->req->path, "Files.action");
	view_set(p->view, page_text(p, "job_files.size", "size", page_size(p, bytes), NULL), "Files.size");
	page_menu(p, "imports");
	page_trail(p, PATH_IMPORTS, page_text(p, "imports.title", NULL));
	if (job != NULL) {
		view_set(p->view, page_text(p, "job_files.sure_job", "file", job->file_name, NULL), "Files.sure");
		page_trail(p, back, job_text_title(p, job));
	} else {
		view_set(p->view, page_count(p, "job_files.sure", jobs), "Files.sure");
		view_set_long(p->view, choice->older_than, "Files.days");
	}
	return page_show(p, "job_files", page_text(p, "job_files.title", NULL), e);
}

/* Deletes the files of `choice`, or asks first. */
static int delete(struct page *p, struct stored_choice *choice, const struct job *job, const char *back,
    struct err *e)
{
	long jobs, bytes;

	choice->kinds = kinds_allowed(p->who, p->mem);
	if (form_get(&p->form, "sure") == NULL)
		return ask(p, choice, job, back, e);
	if (stored_delete(p->db, p->who, p->req->remote_addr, choice, &jobs, &bytes, e) != 0)
		return -1;
	return jobs == 0 ? say(p, back, PAGE_NOTICE, "job_files.nothing", 1)
	    : say(p, back, PAGE_DONE, "job_files.done", jobs);
}

int page_job_files_delete(struct page *p, struct err *e)
{
	struct stored_choice choice = { .job = route_id(&p->route) };
	struct job job;

	if (queue_find(p->db, p->who, choice.job, p->mem, &job, e) != 0)
		return -1;
	if (!kind_allowed(p->who, job.kind))
		return page_stop(p, 403, "forbidden", e);
	return delete(p, &choice, &job, job_text_path(p, job.id), e);
}

int page_imports_files_delete(struct page *p, struct err *e)
{
	struct stored_choice choice = { .older_than = form_number(form_get(&p->form, "days"), 1, DAYS_MAX, 0) };

	if (choice.older_than == 0)
		return say(p, PATH_IMPORTS, PAGE_ERROR, "job_files.days_wrong", DAYS_MAX);
	return delete(p, &choice, NULL, PATH_IMPORTS, e);
}

int page_imports_asked(struct page *p, struct err *e)
{
	(void)e;
	return page_go(p, PATH_IMPORTS);
}
