/* A name and a password: whose they are.  Pages and API sign in by this alone,
 * so that both count, throttle and write down the same.  The rules of throttling:
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
	long wait;		/* seconds to wait before the next try; 0 unless it was not even tried */
	bool factor;		/* a code is needed besides: the password opens nothing */
	long admin_id;		/* of ok alone, and so is the proof */
	struct proof proof;	/* of the password */
};

/* Checks them by a proof: this process never sees what the database compares it with.
 * `action` is what the audit calls a sign-in that is news, so not each of a script's
 * requests; NULL: whoever calls writes it down.  A wrong password, an unknown and a disabled name are refused
 * alike, after the same time; a refusal is written to the audit with `address`
 * (NULL: unknown).  A right password that was right in this process lately is
 * known again without the work of hashing: scripts send it with each request.
 * Outside db_begin.  Returns 0, or -1 with `e` where the database failed. */
int signin_check(struct db *db, const char *username, const char *password,
    const char *address, const char *action, struct signin *out, struct err *e);

/* What the password of the name is hashed with, into `setting`, and how many seconds its
 * next try has to wait, into *wait (0: none).  Returns 0 or -1. */
int signin_setting(struct db *db, const char *name, const char *address, char setting[PASSWORD_HASH_SIZE],
    long *wait, struct err *e);

#endif
