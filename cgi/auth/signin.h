/* A name and a password: whose they are.  Pages and API sign in by this alone,
 * so that both count, throttle and write down the same. */
#ifndef AUTH_SIGNIN_H
#define AUTH_SIGNIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

struct signin {
	bool ok;
	long wait;		/* seconds to wait before the next try; 0 unless it was not even tried */
	bool noted;		/* ok, and worth a line of the audit (auth/throttle.h) */
	long admin_id;		/* of ok alone, and so are these */
	const char *username;
	long tenant_id;		/* 0: root */
};

/* Checks them.  A wrong password, an unknown and a disabled name are refused
 * alike, after the same time; a refusal is written to the audit with `address`
 * (NULL: unknown).  A right password that was right in this process lately is
 * known again without the work of hashing: scripts send it with each request.
 * Outside db_begin.  Returns 0, or -1 with `e` where the database failed. */
int signin_check(struct db *db, const char *username, const char *password,
    const char *address, struct arena *mem, struct signin *out, struct err *e);

#endif
