/* Who an account is in a scope. */
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

/* The account, which has shown this proof, in the tenant of that uuid; with NULL in its
 * own, root in all.
 * *found is false for a disabled account, and for a tenant that does not exist
 * or is not the account's (a text that is no uuid among them). */
int account_find(struct db *db, long admin_id, const struct proof *proof, const char *tenant_uuid,
    struct arena *mem, struct principal *who, bool *found, struct err *e);

/* The name of the system's user that runs this process; "?" if it has none.  Valid
 * until the next call of getpwuid. */
const char *account_system_user(void);

/* The principal of a command on this machine, which does not sign in: all rights, in the
 * tenant of that number, uuid or name, or in all (NULL).  ERR_USAGE if there is no such
 * tenant. */
int account_command(struct db *db, const char *tenant, struct arena *mem,
    struct principal *who, struct err *e);

/* db_begin in the scope of `who`: its tenants, and the jobs over all tenants where
 * root has chosen all. */
int account_begin(struct db *db, const struct principal *who, struct err *e);

/* One named query in a transaction of its own, in the scope of `who`, as db_query
 * otherwise: *res (may be NULL) is set only after the commit. */
int account_query(struct db *db, const struct principal *who, const char *name,
    const struct db_args *args, PGresult **res, struct err *e);

#endif
