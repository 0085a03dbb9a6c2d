/* The second factor of an administrator: codes of a telephone (TOTP, RFC 6238) and recovery
 * codes.  The database compares them (sql/migrations), this program never sees a secret
 * again once it is set up.
 *
 * `token` is the session's cookie.  Functions return 0, or -1 with `e`: ERR_NOT_FOUND if
 * the session has ended.  Texts live in `mem`.  *wait above 0: after too many wrong ones
 * nothing was tried, for so many seconds. */
#ifndef AUTH_FACTOR_H
#define AUTH_FACTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/session.h"

/* Since when it is on (ISO 8601 in UTC; NULL: it is off), and how many recovery codes are
 * left. */
int factor_find(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    const char **since, long *codes, struct err *e);

/* Begins to set it up, or goes on with that: *secret in Base32, the same for an hour; NULL
 * where it is on already. */
int factor_start(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    const char **secret, struct err *e);

/* Switches it on by a code of the secret.  *codes are the recovery codes, separated by
 * blanks, which nobody can ask for again; NULL: the code is wrong. */
int factor_confirm(struct db *db, const struct conf *conf, const char *token, const char *code,
    const char *address, struct arena *mem, const char **codes, long *wait, struct err *e);

/* With the administrator's password: switches it off, or with `renew` makes other recovery
 * codes, *codes.  *done is false for a wrong password, which counts as a refused sign-in. */
int factor_change(struct db *db, const struct conf *conf, const char *token, const char *username,
    const char *password, bool renew, const char *address, struct arena *mem, bool *done,
    const char **codes, long *wait, struct err *e);

/* Switches it off for another administrator, one of profile_other (auth/profile.h), who has
 * lost telephone and codes.  *done is false if there is nothing to switch off. */
int factor_other_off(struct db *db, const struct conf *conf, const char *token, long admin_id,
    const char *address, bool *done, struct err *e);

#endif
