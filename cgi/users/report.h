/* The report of a job: its issues, the users that it made, its log.
 *
 * All functions work in the scope of r->who: a job outside of it has an empty report; queue_find
 * says whether there is such a job.  issue_write (csv/issue.h) writes the text of an issue.  Each
 * function returns 0 or -1. */
#ifndef USERS_REPORT_H
#define USERS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "csv/issue.h"
#include "db/db.h"

/* The job, and the principal who reads its report. */
struct report {
	struct db *db;
	const struct principal *who;
	long job;
	struct arena *mem;	/* for the lists and texts of the results */
};

/* A part of a list: offset and limit are asked for, n and total are the result. */
struct report_slice {
	long offset, limit;
	size_t n;		/* items in the slice */
	long total;		/* items in the whole list */
	bool uncounted;		/* of changes: the other members are about stored rows, each several items */
};

struct report_filter {
	const char *level;	/* "error", "warning", NULL: both */
	const char *column;	/* NULL: any */
	long cause;		/* report_cause.n; 0: any */
};

/* Runs the query `rows` for the slice and the query `count` (its column `total`) for the whole
 * list, in one transaction in the scope of `who`.  Sets n and total of the slice.  The caller
 * clears *res. */
int report_ask(struct db *writer, const struct principal *who, const char *count,
    const struct db_args *count_args, const char *rows, const struct db_args *row_args,
    struct report_slice *s, PGresult **res, struct err *e);

/* Makes an issue of a row of job_issue, for `who`; NULL: for this machine's log and command line.
 * Without the right users.read it does not say which user has a number or a name.  Texts live in
 * `mem`. */
void report_read(struct issue *i, const PGresult *res, int row, const struct principal *who,
    struct arena *mem);

/* The issues that match the filter: errors first, each level in the order of the file. */
int report_issues(const struct report *r, const struct report_filter *f, struct report_slice *s,
    struct issue **out, struct err *e);

/* A cause: issues with the same key and column, and the same value; or with values that all
 * differ. */
struct report_cause {
	long n;			/* its number, for report_filter.cause */
	struct issue first;
	long issues, rows;	/* how many, and in how many rows */
	bool varied;		/* the values differ */
};

/* The causes: errors first, those with the most rows first. */
int report_causes(const struct report *r, struct report_slice *s, struct report_cause **out, struct err *e);

/* The next issues in the order of the file, some hundred, after the first `after` ones; *n is 0
 * past the last. */
int report_issues_after(const struct report *r, long after, struct issue **out, size_t *n, struct err *e);

/* *errors: rows of the file have errors, and all of these are listed (max_issues).  *any: rows
 * have an issue. */
int report_marked(const struct report *r, bool *errors, bool *any, struct err *e);

/* How many issues of the job are listed; the others are only counted (max_issues). */
int report_listed(const struct report *r, long *issues, struct err *e);

/* How many rows of the file have errors. */
int report_wrong_rows(const struct report *r, long *rows, struct err *e);

/* The names of the columns that have issues, sorted; for the choice of the filter. */
int report_columns(const struct report *r, const char ***out, size_t *n, struct err *e);

/* A user that the job made or changed; in the order of the rows, then those without a row. */
struct report_user {
	long row;		/* of the spreadsheet; 0: no row names the user */
	const char *uuid;
	const char *how;	/* "created", "disabled", "deleted" by an update; NULL: imported, or changed */
	const char *name;	/* NULL: the user was deleted since */
	const char *exten;	/* NULL: none */
};

int report_users(const struct report *r, struct report_slice *s, struct report_user **out, struct err *e);

/* A user whom a checked import would create, or a checked update create, disable or delete. */
struct report_planned {
	long row;		/* of the spreadsheet; 0: no row names the user */
	const char *how;	/* "created", "disabled" or "deleted" by an update */
	const char *uuid;	/* of an existing user; NULL: a new one */
	const char *name, *exten, *incalls, *username, *voicemail;	/* NULL: none */
};

/* *bare is how many users of the whole list have no number. */
int report_planned(const struct report *r, struct report_slice *s, struct report_planned **out, long *bare,
    struct err *e);

/* A cell that a checked update would change, or that an applied one has changed; in the order of
 * the file.  Secrets are masked, long values are cut. */
struct report_change {
	long row;		/* of the spreadsheet */
	const char *uuid;
	const char *name;	/* of the user, before the change */
	const char *column;
	const char *old, *new;	/* NULL: empty */
	bool generated;		/* `new` will be generated when the job is applied */
};

int report_changes(const struct report *r, struct report_slice *s, struct report_change **out, struct err *e);

/* A line that the job wrote to the import log, in their order. */
struct report_line {
	const char *at;		/* ISO 8601 in UTC */
	const char *event;
};

int report_log(const struct report *r, struct report_slice *s, struct report_line **out, struct err *e);

#endif
