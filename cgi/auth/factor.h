/* The second factor of an administrator: codes of a telephone (TOTP, RFC 6238) and recovery
 * codes.  The database compares them (sql/migrations).  After the setup this program cannot
 * read the secret.
 *
 * `token` is the session's cookie.  Functions return 0, or -1 with `e`: ERR_NOT_FOUND if
 * the session has ended.  Texts live in `mem`.  *wait above 0: nothing was tried, because there
 * were too many wrong codes; the next attempt is possible after so many seconds. */
#ifndef AUTH_FACTOR_H
#define AUTH_FACTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/session.h"

/* Since when the second factor is on (ISO 8601 in UTC; NULL: it is off), and how many recovery
 * codes are left. */
int factor_find(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    const char **since, long *codes, struct err *e);

/* Begins or continues the setup: *secret in Base32, the same for an hour; NULL if the second
 * factor is on already. */
int factor_start(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    const char **secret, struct err *e);

/* Switches the second factor on, with a code that the telephone made from the secret.  *codes
 * are the recovery codes, separated by blanks, which cannot be read again; NULL: the code is
 * wrong. */
int factor_confirm(struct db *db, const struct conf *conf, const char *token, const char *code,
    const char *address, struct arena *mem, const char **codes, long *wait, struct err *e);

/* Needs the administrator's password.  Switches the second factor off, or with `renew` makes
 * new recovery codes, *codes.  *done is false for a wrong password, which counts as a refused
 * sign-in. */
int factor_change(struct db *db, const struct conf *conf, const char *token, const char *username,
    const char *password, bool renew, const char *address, struct arena *mem, bool *done,
    const char **codes, long *wait, struct err *e);

/* Switches it off for another administrator (profile_other of auth/profile.h), who has lost the
 * telephone and the codes.  *done is false if it was not on. */
int factor_other_off(struct db *db, const struct conf *conf, const char *token, long admin_id,
    const char *address, bool *done, struct err *e);

#endif
