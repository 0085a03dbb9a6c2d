/* The audit: who did what, and from which address.  Rows are only added; that of an
 * export can get its number of users later, once. */
#ifndef AUTH_AUDIT_H
#define AUTH_AUDIT_H

#include "auth/digest.h"
#include "auth/principal.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

/* The arguments of the query audit_add, to send it with others (db_query_all); `who` is not NULL. */
#define AUDIT_ARGS(who, address, action, detail) arg_text(proof_kind(&(who)->proof)), \
	arg_bytes((who)->proof.digest, DIGEST_SIZE), arg_id((who)->admin_id), arg_text((who)->username), \
	arg_id((who)->tenant_id), arg_text(address), arg_text(action), arg_text(detail)

/* Adds a row.  The actor is the administrator of the proof in `who`.  Without a proof it is a
 * command on this machine (account_command; `who` NULL: the system user).  `action` is a word of
 * the program, such as "user.delete".  `detail` is a JSON object without secrets, NULL for {}.
 * Inside db_begin the row belongs to that transaction. */
int audit_add(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, struct err *e);

/* The same; *entry is the id of the row, for audit_counted. */
int audit_open(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, long *entry, struct err *e);

/* Adds the number of users to the row of a "user.export" that has none yet; any other row stays as it is. */
int audit_counted(struct db *db, long entry, long users, struct err *e);

/* The same as audit_add for a refused request: its method and the pattern of its route (not its path, which
 * the client chooses), and a word for the reason.  The database keeps a limited number of these
 * for each administrator and hour, and drops the rest.  `who` must have a proof. */
int audit_refused(struct db *db, const struct principal *who, const char *address,
    const char *request, const char *reason, struct err *e);

/* The same as audit_add in its own transaction in the scope of `who`: for data that is shown
 * and not changed.  Called before its first byte is sent. */
int audit_shown(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, struct err *e);

/* A row, to be shown; texts may be NULL. */
struct audit_row {
	const char *at;		/* ISO 8601 in UTC */
	const char *admin_name, *tenant_name, *address;
	const char *action;	/* as audit_add had it; never NULL */
	const char *detail;	/* "key: value, key: value" */
	const char *job;	/* the number of the job that it is about */
};

struct audit_filter {
	const char *who;	/* a part of the administrator's name; "" for all */
	const char *what;	/* an action, or its first words; "" for all */
	const char *first_day, *last_day;	/* YYYY-MM-DD in UTC, valid; NULL for any */
};

/* Calls `row` for the rows that the session of that cookie may see, the latest first: at most
 * `most` (0: all) after the first `before`.  *total (may be NULL) is the number of rows that
 * match the filter, 0 if none were read.  The argument of `row` is valid during the call; -1
 * from it ends the query. */
typedef int audit_each(void *ctx, const struct audit_row *row, struct err *e);
int audit_read(struct db *db, const struct conf *conf, const char *token, const struct audit_filter *filter,
    long most, long before, long *total, audit_each *row, void *ctx, struct err *e);

/* The names of all actions that the session may see in the audit, in `mem`. */
int audit_actions(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    const char ***out, size_t *n, struct err *e);

#endif
