/* A job in the log: its beginning, its end, and every error and warning, one
 * line each in the file of the settings; beginning and end also in job_log, for
 * the job's page, which shows the issues anyway.
 *
 * A value of the file is never written: in its place stands its column.  A log
 * file that cannot be written is said on standard error and stops no job. */
#ifndef USERS_JOBLOG_H
#define USERS_JOBLOG_H

#include "base/err.h"
#include "csv/issue.h"
#include "job/worker.h"

struct joblog {
	struct task *task;
	int fd;			/* -1: no file */
	const char *state;	/* the result, once it is known */
	long rows, errors, warnings;
};

/* Opens the log and writes the beginning.  joblog_close ends it. */
int joblog_begin(struct joblog *l, struct task *t, struct err *e);

/* Writes the lines of the job's issues, in the transaction that made them. */
int joblog_issues(struct joblog *l, struct err *e);

/* Adds what such a line says of an issue, "error row=2 column=exten ...", with the
 * time and a line end to be added by the caller.  Values in `i` are replaced by
 * their names. */
void joblog_issue(struct buf *out, struct issue *i);

/* The result, and its line in job_log in the transaction of t->work. */
int joblog_result(struct joblog *l, const char *state, long rows, long errors,
    long warnings, struct err *e);

/* After the commit: the end's line in the file. */
void joblog_committed(struct joblog *l);
void joblog_close(struct joblog *l);

#endif
