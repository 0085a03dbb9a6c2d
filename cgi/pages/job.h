/* What the files of a job's pages share. */
#ifndef PAGES_JOB_H
#define PAGES_JOB_H

#include <stdbool.h>

#include "job/queue.h"
#include "job/stored.h"
#include "pages/page.h"

/* Waits until the job has ended or `seconds` are over.  An error is only logged: the job's page
 * shows the state. */
void page_job_wait(struct page *p, long id, long seconds);		/* job.c */

/* Sets the tabs of an ended job, and the content of the one that is shown.  *gone: the page of a
 * list that was asked for does not exist; the answer is a redirect to the last one. */
int page_job_report(struct page *p, const struct job *j, bool *gone,
    struct err *e);							/* job_report.c */

/* Sets Job.files: the addresses of the downloads of an ended job that the reader may have.  0, or
 * -1 with `e`. */
int page_job_files(struct page *p, const struct job *j, struct err *e);	/* job_files.c */

/* Writes to the audit who downloads which file of a job, and whether it has secrets.  Called
 * before its first byte is sent.  0, or -1 with `e`. */
int page_job_audit(struct page *p, long job, const char *file, bool secrets,
    struct err *e);							/* job_files.c */

/* Sets Job.converted, the address of the file as UTF-8, if the job's file was refused for its
 * encoding and the reader is the one who sent it.  0, or -1 with `e`. */
int page_job_converted(struct page *p, long job, struct err *e);	/* job_converted.c */

/* *misencoded: the job's file was refused for its encoding, the reader is the one who sent it, and
 * it may be Windows-1252.  0, or -1 with `e`. */
int page_job_misencoded(struct page *p, long job, bool *misencoded,
    struct err *e);							/* job_converted.c */

/* *unmapped: the job failed because the meaning of its columns, or its encoding, is not known.  The
 * mapping page can then continue.  0, or -1 with `e`. */
int page_job_unmapped(struct page *p, const struct job *j, bool *unmapped,
    struct err *e);							/* job_converted.c */

/* Makes a new job, *id, of the file of an ended job that stored_find has found, with these options;
 * `check`: it is only checked.  The same form (its nonce) sent twice makes one job.  0, or -1 with
 * `e`. */
int page_job_again(struct page *p, const struct job *job, const struct stored_file *stored,
    const char *options, bool check, long *id, struct err *e);		/* job_again.c */

/* Redirects to the page on which a new job continues: its own page, or the mapping page. */
int page_job_next(struct page *p, long id, struct err *e);		/* job.c */

#endif
