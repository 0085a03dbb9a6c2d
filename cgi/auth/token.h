/* Tokens of the API: random, of limited life, revocable; their SHA-256 in the
 * database and nothing else. */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stdbool.h>

#include "auth/digest.h"
#include "auth/signin.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

#define TOKEN_SIZE DIGEST_HEX_SIZE	/* 64 hexadecimal digits and NUL */

/* A new token for who has just signed in, valid for `seconds`; written to the
 * audit.  *expires_at is ISO 8601 in UTC, in `mem`. */
int token_open(struct db *db, const struct signin *who, const char *address, long seconds,
    char token[TOKEN_SIZE], const char **expires_at, struct arena *mem, struct err *e);

struct token {
	long admin_id;		/* whose it is; 0: it is none, or none that is valid */
	struct proof proof;	/* of it */
	unsigned rights;	/* enum right bits: of the account's rights it has these at most */
	const char *issued_at, *expires_at;	/* ISO 8601 in UTC */
};

/* Looks a token up; texts live in `mem`. */
int token_find(struct db *db, const char *token, struct token *out, struct arena *mem, struct err *e);

/* Revokes it, and writes that to the audit.  *found is false if there was none. */
int token_close(struct db *db, const char *token, const char *address, bool *found, struct err *e);

#endif
