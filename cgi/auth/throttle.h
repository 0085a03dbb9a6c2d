/* Guessing is slowed down: by account, and by address.
 *
 * The first failures are free, then each doubles the wait, up to a minute; an
 * hour without one forgets them.  Nobody is locked out: an address from which
 * the account signed in lately is slowed down by its own failures alone.
 * Counted in the database, so for all processes; sql/migrations/0006_api.sql. */
#ifndef AUTH_THROTTLE_H
#define AUTH_THROTTLE_H

#include <stdbool.h>

#include "base/err.h"
#include "db/db.h"

/* Seconds until a sign-in of that name from that address may be tried; 0: now. */
int throttle_wait(struct db *db, const char *name, const char *address,
    long *seconds, struct err *e);

/* It was tried, and refused. */
int throttle_fail(struct db *db, const char *name, const char *address, struct err *e);

/* It was right.  *noted is true where that is news: not for each request of a
 * script that signs in with each. */
int throttle_pass(struct db *db, const char *name, const char *address, bool *noted,
    struct err *e);

#endif
