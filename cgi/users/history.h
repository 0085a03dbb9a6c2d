/* What happened to users: out of what applied jobs keep (sql/views/history.sql).
 *
 * Every function answers within the scope of `who`, who has RIGHT_USERS_READ; texts live in
 * `mem`.  Each returns 0 or -1. */
#ifndef USERS_HISTORY_H
#define USERS_HISTORY_H

#include <stdbool.h>

#include "users/report.h"

/* Something that a job did to one user; `column`, `old` and `new` only where `what` is
 * "changed": a cell as a file has it, NULL if it is empty, secrets masked. */
struct history_event {
	const char *at;			/* the job's end, ISO 8601 in UTC */
	long job;			/* 0: one over all tenants, of which `who` sees no more */
	const char *by, *kind, *file;	/* who sent or applied the job; NULL without it */
	const char *what;		/* "created", "changed", "deleted"; of a day "more": the job's others */
	const char *column, *old, *new;
	const char *uuid, *name;	/* of a day: the user, or the voicemail's number; may be NULL */
	long users;			/* of a day: how many users a large job created or deleted, else 1 */
};

struct history_user {
	const char *uuid, *name;
	bool gone;			/* was deleted */
	int tenant_id;
	long id;
};

/* A user, also a deleted one whose deletion is kept.  ERR_NOT_FOUND. */
int history_find(struct db *db, const struct principal *who, const char *uuid, struct arena *mem,
    struct history_user *out, struct err *e);

/* What happened to the user, the newest first. */
int history_of_user(struct db *db, const struct principal *who, const struct history_user *user,
    struct arena *mem, struct report_slice *s, struct history_event **out, struct err *e);

/* What happened on a day of UTC, "2026-01-31", to all users of the scope, the job that ended
 * last first, at most `each` changes of a job.  The slice counts jobs; s->n is the number of
 * events. */
int history_of_day(struct db *db, const struct principal *who, const char *day, long each,
    struct arena *mem, struct report_slice *s, struct history_event **out, struct err *e);

/* Whether a text (NULL: no) is a day that there is, from 1970 on: "2026-01-31". */
bool history_is_day(const char *text);

#endif
