/* Signing in with name and password.  Pages and API both use it, so that both count, throttle
 * and audit attempts in the same way.  The rules of throttling are in
 * sql/migrations/0020_guessing.sql. */
#ifndef AUTH_SIGNIN_H
#define AUTH_SIGNIN_H

#include <stdbool.h>

#include "auth/password.h"
#include "auth/principal.h"
#include "base/err.h"
#include "db/db.h"

struct signin {
	bool ok;
	long wait;		/* above 0: nothing was tried; seconds until the next attempt */
	bool factor;		/* a code is needed too: the password alone is not enough */
	long admin_id;		/* only with ok, as is the proof */
	struct proof proof;	/* of the password */
};

/* Checks name and password by a proof: the stored proof never leaves the database.  A wrong
 * password, an unknown and a disabled name are refused in the same way, after the same time.  A
 * refusal is written to the audit with `address` (NULL: unknown).  A success is written under
 * the name `action`, but only the first of a series, as scripts sign in with each request; NULL:
 * the caller writes it.  A password that was right in this process a short time ago is accepted
 * without hashing it again.  Call it outside db_begin.  Returns 0, or -1 with `e` if the database
 * failed. */
int signin_check(struct db *db, const char *username, const char *password,
    const char *address, const char *action, struct signin *out, struct err *e);

/* The setting of crypt(3) for the password of that name, and in *wait the seconds until its next
 * attempt (0: now).  Returns 0 or -1. */
int signin_setting(struct db *db, const char *name, const char *address, char setting[PASSWORD_HASH_SIZE],
    long *wait, struct err *e);

#endif
