/* A job's lines in the import log (conf->log_file): one for its beginning, each error and
 * warning, and its end.  Beginning and end are also written to job_log, for the job's page.
 * Values of the file are never written; the name of the column is written instead.  If the log
 * file cannot be written, that is reported on standard error, and the job goes on. */
#ifndef USERS_JOBLOG_H
#define USERS_JOBLOG_H

#include "base/err.h"
#include "csv/issue.h"
#include "job/worker.h"

struct joblog {
	struct task *task;
	int fd;			/* -1: no file */
	long listed;		/* errors and warnings with a line */
};

/* Opens the log and writes the beginning.  joblog_close ends it. */
int joblog_begin(struct joblog *l, struct task *t, struct err *e);

/* Writes the lines of the job's issues, in the transaction that made them. */
int joblog_issues(struct joblog *l, struct err *e);

/* Adds the line of an issue, "error row=2 column=exten ...", without time and line end.  Values
 * in `i` are replaced by their names. */
void joblog_issue(struct buf *out, struct issue *i);

/* Ends the job: writes its result to job_log, and commits the transaction of t->work durably; then writes
 * the result to the file.  Returns 0, or -1: nothing was committed, as far as the server answered. */
int joblog_commit(struct joblog *l, const char *state, long rows, long errors, long warnings, struct err *e);
void joblog_close(struct joblog *l);

#endif
