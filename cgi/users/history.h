/* The history of users, from the records that applied jobs keep (sql/views/history.sql).
 *
 * All functions work in the scope of `who`, who has RIGHT_USERS_READ; texts live in `mem`.  Each
 * returns 0 or -1. */
#ifndef USERS_HISTORY_H
#define USERS_HISTORY_H

#include <stdbool.h>

#include "users/report.h"

/* What a job did to one user.  `column`, `old` and `new` are only set if `what` is "changed": a
 * cell as in a file, NULL if it is empty; secrets are masked. */
struct history_event {
	const char *at;			/* the job's end, ISO 8601 in UTC */
	long job;			/* 0: a job over all tenants, which `who` may not see */
	const char *by, *kind, *file;	/* who sent or applied the job; NULL if job is 0 */
	const char *what;		/* "created", "changed", "deleted"; of a day also "more": further changes */
	const char *column, *old, *new;
	const char *uuid, *name;	/* only of a day: the user, or the voicemail's number; may be NULL */
	long users;			/* only of a day: users that a job created, or a large one deleted, else 1 */
};

struct history_user {
	const char *uuid, *name;
	bool gone;			/* the user was deleted */
	int tenant_id;
	long id;
};

/* A user, also a deleted one whose deletion is kept.  ERR_NOT_FOUND. */
int history_find(struct db *db, const struct principal *who, const char *uuid, struct arena *mem,
    struct history_user *out, struct err *e);

/* The events of a user, the newest first. */
int history_of_user(struct db *db, const struct principal *who, const struct history_user *user,
    struct arena *mem, struct report_slice *s, struct history_event **out, struct err *e);

/* The events of all users of the scope on a day in UTC, "2026-01-31": the job that ended last
 * first, with at most `each` changes of a job.  Offset, limit and total of the slice count jobs;
 * s->n counts events. */
int history_of_day(struct db *db, const struct principal *who, const char *day, long each,
    struct arena *mem, struct report_slice *s, struct history_event **out, struct err *e);

/* Whether a text (NULL: no) is an existing day since 1970: "2026-01-31". */
bool history_is_day(const char *text);

#endif
