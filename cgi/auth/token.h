/* Tokens of the API: random, with a time limit, revocable.  The database has only their
 * SHA-256. */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stdbool.h>

#include "auth/digest.h"
#include "auth/signin.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

#define TOKEN_SIZE DIGEST_HEX_SIZE	/* 64 hexadecimal digits and NUL */

/* Makes a token for the account that has just signed in, valid for `seconds`, and writes that to
 * the audit.  *expires_at is ISO 8601 in UTC, in `mem`.  Returns 0 or -1. */
int token_open(struct db *db, const struct signin *who, const char *address, long seconds,
    char token[TOKEN_SIZE], const char **expires_at, struct arena *mem, struct err *e);

struct token {
	long admin_id;		/* its owner; 0: there is no such valid token */
	struct proof proof;	/* made from the token */
	unsigned rights;	/* enum right bits that limit those of the account */
	const char *issued_at, *expires_at;	/* ISO 8601 in UTC */
};

/* Looks a token up; texts live in `mem`. */
int token_find(struct db *db, const char *token, struct token *out, struct arena *mem, struct err *e);

/* Revokes a token, and writes that to the audit.  *found is false if there was none. */
int token_close(struct db *db, const char *token, const char *address, bool *found, struct err *e);

#endif
