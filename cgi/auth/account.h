/* Accounts: the principal of a request or command, and transactions in its scope. */
#ifndef AUTH_ACCOUNT_H
#define AUTH_ACCOUNT_H

#include <stdbool.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

/* Fills `who` from a row with the columns id (or admin_id), username, language, root,
 * rights, tenant_id, tenant_name, scope; csrf is not set.  Texts live in `mem`. */
void account_read(const PGresult *res, struct arena *mem, struct principal *who);

/* Finds the account that has given this proof.  Its scope is the tenant of that uuid; with NULL
 * its own tenant, and for root all tenants.  *found is false if the account is disabled, or the
 * tenant does not exist or is not the account's; also if the text is not a uuid.  Returns 0 or
 * -1. */
int account_find(struct db *db, long admin_id, const struct proof *proof, const char *tenant_uuid,
    struct arena *mem, struct principal *who, bool *found, struct err *e);

/* The name of the system user that runs this process; "?" if it has none.  Valid until the next
 * call of getpwuid(3). */
const char *account_system_user(void);

/* The principal of a command on this machine, which needs no sign-in.  It has all rights in the
 * tenant of that number, uuid or name, or in all tenants (NULL).  ERR_USAGE if there is no such
 * tenant. */
int account_command(struct db *db, const char *tenant, struct arena *mem,
    struct principal *who, struct err *e);

/* db_begin in the scope of `who`: its tenants, and the jobs over all tenants if root has chosen
 * all tenants. */
int account_begin(struct db *db, const struct principal *who, struct err *e);
/* The same with db_begin_all, with db_begin_snapshot. */
int account_begin_all(struct db *db, const struct principal *who, const struct db_call *calls, size_t n, struct err *e);
int account_begin_snapshot(struct db *db, const struct principal *who, struct err *e);

/* Runs one named query in its own transaction in the scope of `who`.  As db_query, but *res (may
 * be NULL) is set only after the commit. */
int account_query(struct db *db, const struct principal *who, const char *name,
    const struct db_args *args, PGresult **res, struct err *e);

#endif
