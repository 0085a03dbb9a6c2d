/* The report of a job: its issues, the users it made, its log.
 *
 * Every function answers within the scope of `who`: of a job outside of it there
 * is nothing.  Whether it exists is queue_find's to say.  Texts live in `mem`.
 * An issue's text is written by issue_write (csv/issue.h). */
#ifndef USERS_REPORT_H
#define USERS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "csv/issue.h"
#include "db/db.h"

struct report_filter {
	const char *level;	/* "error", "warning", NULL: both */
	const char *column;	/* NULL: any */
	long offset, limit;
};

/* An issue out of a row of job_issue; its texts live in `mem`. */
void report_read(struct issue *i, const PGresult *res, int row, struct arena *mem);

/* Issues of a job in file order, with their keys and params; *total counts all
 * that the filter lets through. */
int report_issues(struct db *db, const struct principal *who, long job,
    const struct report_filter *f, struct arena *mem, struct issue **out,
    size_t *n, long *total, struct err *e);

/* The next issues of a job in file order, some hundreds, behind the first `after`;
 * *n is 0 past the last. */
int report_issues_after(struct db *db, const struct principal *who, long job, long after,
    struct arena *mem, struct issue **out, size_t *n, struct err *e);

/* Whether rows of the file have errors; whether they have any issue. */
int report_marked(struct db *db, const struct principal *who, long job, bool *errors, bool *any,
    struct err *e);

/* How many rows of the file have errors; those of the file as a whole are none. */
int report_wrong_rows(struct db *db, const struct principal *who, long job,
    long *rows, struct err *e);

/* The columns that have issues, for the filter's choice: names, sorted. */
int report_columns(struct db *db, const struct principal *who, long job,
    struct arena *mem, const char ***out, size_t *n, struct err *e);

/* A user that the job made (first rows first). */
struct report_user {
	long row;
	const char *uuid;
	const char *name;	/* NULL where the user is gone since */
	const char *exten;	/* NULL for none */
};

int report_users(struct db *db, const struct principal *who, long job,
    long offset, long limit, struct arena *mem, struct report_user **out,
    size_t *n, long *total, struct err *e);

/* A cell that a checked update would change, in the order of the file; of an applied
 * one what it changed.  Secrets are masked, long values cut. */
struct report_change {
	long row;
	const char *uuid;
	const char *name;	/* of the user, before the change */
	const char *column;
	const char *old, *new;	/* NULL: empty */
	bool generated;		/* new is drawn when it is applied */
};

int report_changes(struct db *db, const struct principal *who, long job,
    long offset, long limit, struct arena *mem, struct report_change **out,
    size_t *n, long *total, struct err *e);

/* A line that the job wrote to the import log (first lines first). */
struct report_line {
	const char *at;		/* ISO 8601 in UTC */
	const char *event;
};

int report_log(struct db *db, const struct principal *who, long job,
    long offset, long limit, struct arena *mem, struct report_line **out,
    size_t *n, long *total, struct err *e);

#endif
