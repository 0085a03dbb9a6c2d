/* Passwords: yescrypt through crypt(5). */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <limits.h>
#include <stdbool.h>

#include "auth/digest.h"
#include "base/err.h"

#define PASSWORD_HASH_SIZE 384	/* what crypt(3) may write, with its NUL */
#define PASSWORD_LEAST 8	/* characters of an administrator's */
#define PASSWORD_MOST 256	/* bytes of an administrator's */

/* The rule for administrators' passwords: valid UTF-8, at least PASSWORD_LEAST
 * characters, at most PASSWORD_MOST bytes, no control characters.  0, or -1
 * with ERR_INVALID; the message never holds the password. */
int password_rule(const char *password, struct err *e);

/* The rule for a password that is typed for an administrator: password_rule, and none that
 * is easily guessed: of a dictionary, derived from the user name, a simple sequence, a few
 * characters again and again (CrackLib).  NULL if it is sound; else which of "rule",
 * "common", "name", "simple", "few". */
const char *password_fault(const char *password, const char *username);

/* The file of CrackLib's dictionary; without it only password_rule holds. */
void password_dictionary(char file[PATH_MAX]);

/* The same as an error in words: ERR_INVALID. */
int password_check(const char *password, const char *username, struct err *e);

/* Hashes with a new salt at the default cost (about 20 ms).  Any password that
 * crypt(3) takes: up to 511 bytes.  0, or -1 with `e`. */
int password_hash(const char *password, char out[PASSWORD_HASH_SIZE], struct err *e);

/* SHA-256 of the hash that crypt(3) makes of the password with this setting (method,
 * cost and salt): what the database compares an administrator's with
 * (sql/migrations/0017_proofs.sql).  False where crypt(3) takes neither of them. */
bool password_proof(const char *password, const char *setting, unsigned char proof[DIGEST_SIZE]);

#endif
