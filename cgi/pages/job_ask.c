/* What may be asked of a job: that it be cancelled, or that what was checked be
 * applied. */
#include <string.h>

#include "base/log.h"
#include "pages/job_page.h"
#include "pages/pages.h"

enum { PASS = 1 };

void page_job_wait(struct page *p, long id, long seconds)
{
	struct err e = {0};
	bool ended;

	if (queue_wait(p->db, p->conf, p->who, id, seconds, &ended, &e) != 0)
		log_err("waiting for a job", &e);
}

/* PASS, or what ends the answer.  The row of routes.c asks for one of two rights. */
static int find_job(struct page *p, struct job *j, struct err *e)
{
	long id = form_number(page_param(p, "id"), 1, 999999999, 0);

	if (queue_find(p->db, p->who, id, p->mem, j, e) != 0)
		return -1;
	return page_job_may(p, j) ? PASS : page_stop(p, 403, "forbidden", e);
}

int page_job_cancel(struct page *p, struct err *e)
{
	struct job j;
	bool asked;
	int rc = find_job(p, &j, e);

	if (rc != PASS)
		return rc;
	if (queue_cancel(p->db, p->who, p->req->remote_addr, j.id, &asked, e) != 0)
		return -1;
	page_job_wait(p, j.id, QUEUE_CANCEL_SECONDS);
	if (queue_find(p->db, p->who, j.id, p->mem, &j, e) != 0)
		return -1;
	return page_go(p, "%s%s", page_job_path(p, &j), strcmp(j.state, "done") == 0 ? "?late=1" : "");
}

int page_job_apply(struct page *p, struct err *e)
{
	struct job j;
	bool asked;
	int rc = find_job(p, &j, e);

	if (rc != PASS)
		return rc;
	/* The plan that the form stood under: there may be another one since. */
	if (queue_apply(p->db, p->who, p->req->remote_addr, j.id, form_get(&p->form, "plan"), &asked, e) != 0)
		return -1;
	/* Asked before, as by a double click, it may be under way. */
	page_job_wait(p, j.id, p->conf->page_wait);
	return page_go(p, "%s", page_job_path(p, &j));
}

int page_job_asked(struct page *p, struct err *e)
{
	(void)e;
	return page_go(p, "/services/ipbx/imports/%ld",
	    form_number(page_param(p, "id"), 1, 999999999, 0));
}
