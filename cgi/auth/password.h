/* Passwords: yescrypt through crypt(5). */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <limits.h>
#include <stdbool.h>

#include "auth/digest.h"
#include "base/err.h"

#define PASSWORD_HASH_SIZE 384	/* what crypt(3) may write, with its NUL */
#define PASSWORD_LEAST 8	/* characters of an administrator's password */
#define PASSWORD_MOST 256	/* bytes of an administrator's password */

/* The rule for administrators' passwords: valid UTF-8, at least PASSWORD_LEAST
 * characters, at most PASSWORD_MOST bytes, no control characters.  0, or -1
 * with ERR_INVALID; the message never holds the password. */
int password_rule(const char *password, struct err *e);

/* The rule for a password that is typed for an administrator: password_rule, and not easy to
 * guess (CrackLib): not from a dictionary or the user name, not a simple sequence, not a few
 * characters repeated.  NULL if it is good; else "rule", "common", "name", "simple" or "few". */
const char *password_fault(const char *password, const char *username);

/* The path of CrackLib's dictionary; without that file only password_rule is checked. */
void password_dictionary(char file[PATH_MAX]);

/* The same as an error: 0, or -1 with ERR_INVALID. */
int password_check(const char *password, const char *username, struct err *e);

/* Hashes a password of up to 511 bytes (the limit of crypt(3)) with a new salt at the default
 * cost, in about 20 ms.  Returns 0, or -1 with `e`. */
int password_hash(const char *password, char out[PASSWORD_HASH_SIZE], struct err *e);

/* SHA-256 of the hash that crypt(3) makes of the password with this setting (method, cost and
 * salt).  The database compares it with the stored proof of an administrator
 * (sql/migrations/0017_proofs.sql).  False if crypt(3) refuses the password or the setting. */
bool password_proof(const char *password, const char *setting, unsigned char proof[DIGEST_SIZE]);

#endif
