/* Sessions of the browser: a random token in a cookie, its SHA-256 in the
 * database.  Nothing else stands in either place.
 *
 * Every function is one statement of its own (call them outside db_begin), and
 * takes the cookie's value as it came: whatever is no token is no session. */
#ifndef AUTH_SESSION_H
#define AUTH_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/digest.h"
#include "auth/principal.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

#define SESSION_TOKEN_SIZE DIGEST_HEX_SIZE	/* 64 hexadecimal digits and NUL */

/* What a sign-in comes to. */
enum session_login {
	SESSION_REFUSED,	/* a wrong password or code, an unknown or disabled user */
	SESSION_CODE,		/* the password was right; the code of the second factor is needed */
	SESSION_OPEN,
	SESSION_GONE		/* of session_code: no sign-in waits for a code any more */
};

/* Signs in.  `token` is the new session's where *state is SESSION_OPEN, and the waiting
 * sign-in's, for session_code, where it is SESSION_CODE; SESSION_REFUSED is the
 * same for a wrong password, an unknown and a disabled user, after the same time.  All is
 * written to the audit with `address` (NULL: unknown).  *wait is above 0, and nothing was
 * tried, where there were too many failures lately: seconds until the next try
 * (auth/signin.h).  A session that the browser had before (`old`, may be NULL) ends.
 * `agent` is what the browser calls itself, UTF-8 (NULL: nothing).  Returns 0, or -1 with
 * `e` where the database failed. */
int session_login(struct db *db, const struct conf *conf, const char *username,
    const char *password, const char *address, const char *agent, const char *old,
    char token[SESSION_TOKEN_SIZE], enum session_login *state, long *wait, struct err *e);

/* The code of a sign-in that waits (`waiting`: its token, as the cookie came): of the
 * telephone, or a recovery code.  The rest is as session_login has it. */
int session_code(struct db *db, const struct conf *conf, const char *waiting, const char *code,
    const char *address, const char *agent, const char *old, char token[SESSION_TOKEN_SIZE],
    enum session_login *state, long *wait, struct err *e);

/* Whose session it is.  *found is false for none, an ended one or a disabled
 * user; else `who` is filled from the arena, csrf too, and the session counts
 * as used now.  `token` may be NULL. */
int session_find(struct db *db, const struct conf *conf, const char *token,
    struct arena *mem, struct principal *who, bool *found, struct err *e);

/* Root's choice of scope: a tenant, or 0 for all.  ERR_NOT_FOUND for an unknown
 * tenant, an ended session and whoever is not root.  The next session_find
 * tells the new scope. */
int session_scope(struct db *db, const struct conf *conf, const char *token,
    long tenant_id, const char *address, struct err *e);

/* The tenants that the session may choose among: all for root, else its own;
 * by name. */
struct session_tenant {
	long id;
	const char *name;
};
int session_tenants(struct db *db, const struct conf *conf, const char *token,
    struct arena *mem, struct session_tenant **out, size_t *n, struct err *e);

/* The administrator's own language, one of conf->languages (ERR_INVALID), or
 * NULL for the browser's. */
int session_language(struct db *db, const struct conf *conf, const char *token,
    const char *language, struct err *e);

/* The word of the separator ("comma", "semicolon", "tab") that the session's administrator has
 * chosen for his downloads, in *chosen (of `mem`; NULL: none yet).  `wanted` (NULL: nothing)
 * is chosen first.  Returns 0 or -1. */
int session_separator(struct db *db, const struct conf *conf, const char *token, const char *wanted,
    struct arena *mem, const char **chosen, struct err *e);

/* The columns of the list of users that the session's administrator has chosen, their names
 * with a blank between them, as session_separator does it. */
int session_columns(struct db *db, const struct conf *conf, const char *token, const char *wanted,
    struct arena *mem, const char **chosen, struct err *e);

/* Logs out.  No error if there is no such session. */
int session_close(struct db *db, const char *token, const char *address, struct err *e);

/* The first arguments, $1 to $3, of the queries that ask for a session: the hash of its
 * token (digest_token), and after how many seconds a session ends. */
#define SESSION_ARGS(hash, conf) arg_bytes(hash, DIGEST_SIZE), \
	arg_long((conf)->session_idle), arg_long((conf)->session_lifetime)

#endif
