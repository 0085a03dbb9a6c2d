/* Guessing is slowed down: by account, and by address.
 *
 * The first failures are free, then each doubles the wait, up to a minute; an
 * hour without one forgets them.  Nobody is locked out: an address from which
 * the account signed in lately is slowed down by its own failures alone.
 * Counted in the database, so for all processes: what was tried is counted by
 * signin_try of sql/migrations/0017_proofs.sql. */
#ifndef AUTH_THROTTLE_H
#define AUTH_THROTTLE_H

#include "base/err.h"
#include "db/db.h"

/* Seconds until a sign-in of that name from that address may be tried; 0: now. */
int throttle_wait(struct db *db, const char *name, const char *address,
    long *seconds, struct err *e);

#endif
