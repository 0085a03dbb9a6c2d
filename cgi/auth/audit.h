/* The audit: who did what, from where. Rows are only added. */
#ifndef AUTH_AUDIT_H
#define AUTH_AUDIT_H

#include "auth/principal.h"
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

#endif
