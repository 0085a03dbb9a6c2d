/* The audit: who did what, from where.  Rows are only added, and read page by page. */
#ifndef AUTH_AUDIT_H
#define AUTH_AUDIT_H

#include "auth/principal.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

/* Adds a row.  Its actor is whose proof `who` holds; without a proof it is the command
 * line of this machine (account_command; `who` NULL: the system's user).  `action` is the
 * program's word, such as "user.delete".  `detail` is a JSON object without
 * secrets, NULL for {}.  Inside db_begin it belongs to that transaction. */
int audit_add(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, struct err *e);

/* The same of a request that was refused: the method and the pattern of its route, not its
 * path, which a stranger writes; and a word for the reason.  The database keeps so many an
 * hour of one administrator and drops the others.  `who` has a proof. */
int audit_refused(struct db *db, const struct principal *who, const char *address,
    const char *request, const char *reason, struct err *e);

/* `detail` in a transaction of its own, in the scope of `who`: for what is shown and not
 * changed, before its first byte is sent. */
int audit_shown(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, struct err *e);

/* A row for the eye; texts may be NULL. */
struct audit_row {
	const char *at;		/* ISO 8601 in UTC */
	const char *admin_name, *tenant_name, *address;
	const char *action;	/* as audit_add had it; never NULL */
	const char *detail;	/* "key: value, key: value" */
	const char *job;	/* the number of the job that it is about */
};

struct audit_filter {
	const char *who;	/* a part of the administrator's name; "" for all */
	const char *what;	/* an action, or the first words of some; "" for all */
	const char *first_day, *last_day;	/* YYYY-MM-DD in UTC, valid; NULL for any */
};

/* Calls `row` for the rows that the session of that cookie may see, the latest first: at
 * most `most` (0: all) behind the first `before`.  *total (may be NULL) is how many the
 * filter finds, 0 if it reads none.  What `row` gets is valid until it returns; -1 from
 * it ends the query. */
typedef int audit_each(void *ctx, const struct audit_row *row, struct err *e);
int audit_read(struct db *db, const struct conf *conf, const char *token, const struct audit_filter *filter,
    long most, long before, long *total, audit_each *row, void *ctx, struct err *e);

/* The actions among what the session may see, in `mem`. */
int audit_actions(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    const char ***out, size_t *n, struct err *e);

#endif
