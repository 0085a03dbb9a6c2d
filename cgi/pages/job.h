/* The parts of a job's page that have files of their own, and waiting for a job. */
#ifndef PAGES_JOB_H
#define PAGES_JOB_H

#include <stdbool.h>

#include "job/queue.h"
#include "job/stored.h"
#include "pages/page.h"

/* Waits until the job has ended or `seconds` are over.  An error is logged: the job's page
 * tells how it goes on. */
void page_job_wait(struct page *p, long id, long seconds);		/* job.c */

/* Sets the tabs of an ended job, and the content of the one that is shown.  *gone: its page
 * that was asked for is no longer there, and the answer leads to the last one. */
int page_job_report(struct page *p, const struct job *j, bool *gone,
    struct err *e);							/* job_report.c */

/* Sets Job.files: the addresses of what an ended job leaves to be downloaded, as far as
 * who asks may have it.  0, or -1 with `e`. */
int page_job_files(struct page *p, const struct job *j, struct err *e);	/* job_files.c */

/* Writes to the audit who downloads which file of a job, and whether it has secrets: before
 * its first byte is sent.  0, or -1 with `e`. */
int page_job_audit(struct page *p, long job, const char *file, bool secrets,
    struct err *e);							/* job_files.c */

/* Sets Job.converted, where the job's file was refused for its encoding and who asks is
 * who sent it: the address of the file as UTF-8.  0, or -1 with `e`. */
int page_job_converted(struct page *p, long job, struct err *e);	/* job_converted.c */

/* Whether the job's file was refused for its encoding, who asks is who sent it, and it may
 * be Windows-1252.  0, or -1 with `e`. */
int page_job_misencoded(struct page *p, long job, bool *misencoded,
    struct err *e);							/* job_converted.c */

/* Whether a job came to nothing because it is not known what its columns mean, or how it is
 * encoded: then the mapping page goes on.  0, or -1 with `e`. */
int page_job_unmapped(struct page *p, const struct job *j, bool *unmapped,
    struct err *e);							/* job_converted.c */

/* Makes a new job of the file of an ended one that stored_find has found, with these options;
 * `check`: it is only checked.  The form's nonce makes a second one of the same form the same
 * job.  0, or -1 with `e`. */
int page_job_again(struct page *p, const struct job *job, const struct stored_file *stored,
    const char *options, bool check, long *id, struct err *e);		/* job_again.c */

/* Leads to where a job that was just sent goes on: its page, or the mapping page. */
int page_job_next(struct page *p, long id, struct err *e);		/* job.c */

#endif
