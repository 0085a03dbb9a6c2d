/* The parts of a job's page, by the file that they are in.  Each sets values of
 * templates/job.cs. */
#ifndef PAGES_JOB_PAGE_H
#define PAGES_JOB_PAGE_H

#include <stdbool.h>

#include "job/queue.h"
#include "pages/page.h"

/* Its path; it lives in p->mem. */
const char *page_job_path(struct page *p, const struct job *j);		/* job.c */

/* Whether who asks may make jobs of this one's kind. */
bool page_job_may(const struct page *p, const struct job *j);		/* job.c */

/* Waits until the job has ended or `seconds` are over.  Whatever happens to the
 * waiting, the job's page tells the rest. */
void page_job_wait(struct page *p, long id, long seconds);		/* job_ask.c */

/* The page of a job that waits or runs. */
int page_job_progress(struct page *p, const struct job *j, const char *title,
    struct err *e);							/* job_progress.c */

/* What a check found that it would do, as a table, and the way to apply it. */
void page_job_plan(struct page *p, const struct job *j);		/* job_plan.c */

/* The tabs of an ended job, and of the one that is shown what is in it.  *gone: the page
 * of it that was asked for is there no more, and the answer leads to the last one. */
int page_job_report(struct page *p, const struct job *j, bool *gone,
    struct err *e);							/* job_report.c */

#endif
