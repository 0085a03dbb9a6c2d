/* The report of a job: its issues, the users it made, its log.
 *
 * Every function answers within the scope of r->who: a job outside of it has an empty
 * report; queue_find says whether there is such a job.  issue_write (csv/issue.h)
 * writes the text of an issue.  Each returns 0 or -1. */
#ifndef USERS_REPORT_H
#define USERS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "csv/issue.h"
#include "db/db.h"

/* Who asks about which job. */
struct report {
	struct db *db;
	const struct principal *who;
	long job;
	struct arena *mem;	/* of the lists and texts that are found */
};

/* A part of a list: asked for by offset and limit, and what was found. */
struct report_slice {
	long offset, limit;
	size_t n;		/* items in the slice */
	long total;		/* items in the whole list */
};

struct report_filter {
	const char *level;	/* "error", "warning", NULL: both */
	const char *column;	/* NULL: any */
	long cause;		/* report_cause.n; 0: any */
};

/* Runs `rows` for the slice, and `count` (its column total) for the whole, in one transaction
 * in the scope of `who`; sets n and total of the slice.  The caller clears *res. */
int report_ask(struct db *writer, const struct principal *who, const char *count,
    const struct db_args *count_args, const char *rows, const struct db_args *row_args,
    struct report_slice *s, PGresult **res, struct err *e);

/* An issue out of a row of job_issue, for `who`: without the right users.read nobody is told
 * who has a number or a name.  NULL: this machine's own log and command line.  Its texts
 * live in `mem`. */
void report_read(struct issue *i, const PGresult *res, int row, const struct principal *who,
    struct arena *mem);

/* Errors first, each level in the order of the file, with their keys and params. */
int report_issues(const struct report *r, const struct report_filter *f, struct report_slice *s,
    struct issue **out, struct err *e);

/* Issues of one kind: of a key and a column, with the same value; or with values that all
 * differ. */
struct report_cause {
	long n;			/* names it, in the report's filter */
	struct issue first;
	long issues, rows;	/* how many, and in how many rows */
	bool varied;		/* the values differ */
};

/* Errors first, those with most rows first. */
int report_causes(const struct report *r, struct report_slice *s, struct report_cause **out, struct err *e);

/* The next issues in the order of the file, some hundreds, after the first `after` ones;
 * *n is 0 past the last. */
int report_issues_after(const struct report *r, long after, struct issue **out, size_t *n, struct err *e);

/* Whether rows of the file have errors, and all of these are known (max_issues); whether
 * rows have any issue. */
int report_marked(const struct report *r, bool *errors, bool *any, struct err *e);

/* How many issues of the job are listed; the others are only counted (max_issues). */
int report_listed(const struct report *r, long *issues, struct err *e);

/* How many rows of the file have errors. */
int report_wrong_rows(const struct report *r, long *rows, struct err *e);

/* The columns that have issues, for the filter's choice: names, sorted. */
int report_columns(const struct report *r, const char ***out, size_t *n, struct err *e);

/* A user that the job made or changed, first rows first; last those whom no row names. */
struct report_user {
	long row;		/* of the spreadsheet; 0: none names the user */
	const char *uuid;
	const char *how;	/* created, disabled or deleted by an update; NULL: made by an import, changed */
	const char *name;	/* NULL if the user is gone since */
	const char *exten;	/* NULL for none */
};

int report_users(const struct report *r, struct report_slice *s, struct report_user **out, struct err *e);

/* A user whom a checked import would create, an update create, disable or delete; NULL: without. */
struct report_planned {
	long row;		/* of the spreadsheet; 0: none names the user */
	const char *how;	/* created, disabled or deleted by an update */
	const char *uuid;	/* of a user who is there */
	const char *name, *exten, *incalls, *username, *voicemail;
};

/* *bare: how many have no number, in the whole list. */
int report_planned(const struct report *r, struct report_slice *s, struct report_planned **out, long *bare,
    struct err *e);

/* A cell that a checked update would change, in the order of the file; of an applied
 * one what it changed.  Secrets are masked, long values cut. */
struct report_change {
	long row;		/* of the spreadsheet */
	const char *uuid;
	const char *name;	/* of the user, before the change */
	const char *column;
	const char *old, *new;	/* NULL: empty */
	bool generated;		/* new is drawn when it is applied */
};

int report_changes(const struct report *r, struct report_slice *s, struct report_change **out, struct err *e);

/* A line that the job wrote to the import log (first lines first). */
struct report_line {
	const char *at;		/* ISO 8601 in UTC */
	const char *event;
};

int report_log(const struct report *r, struct report_slice *s, struct report_line **out, struct err *e);

#endif
