/* Sessions of the browser: the cookie holds only a random token, the database only its SHA-256.
 *
 * Each function is a statement of its own: call them outside db_begin.  They take the cookie's
 * value as it came; a value that is not a token means no session. */
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

/* The result of a sign-in. */
enum session_login {
	SESSION_REFUSED,	/* a wrong password or code, an unknown or disabled user */
	SESSION_CODE,		/* the password was right; the code of the second factor is needed */
	SESSION_OPEN,
	SESSION_GONE		/* only of session_code: the sign-in no longer waits for a code */
};

/* Signs in.  With SESSION_OPEN `token` is that of the new session, with SESSION_CODE that of the
 * sign-in that waits for session_code.  A wrong password, an unknown and a disabled user are
 * refused in the same way, after the same time.  The result is written to the audit with
 * `address` (NULL: unknown).  *wait above 0: nothing was tried because of too many failures, and
 * the next attempt is possible after so many seconds (auth/signin.h).  The browser's earlier
 * session (`old`, may be NULL) ends.  `agent` is the browser's User-Agent in UTF-8 (NULL: none).
 * Returns 0, or -1 with `e` if the database failed. */
int session_login(struct db *db, const struct conf *conf, const char *username,
    const char *password, const char *address, const char *agent, const char *old,
    char token[SESSION_TOKEN_SIZE], enum session_login *state, long *wait, struct err *e);

/* Ends a sign-in that waits for a code of the telephone or a recovery code; `waiting` is its
 * token.  All else is as for session_login. */
int session_code(struct db *db, const struct conf *conf, const char *waiting, const char *code,
    const char *address, const char *agent, const char *old, char token[SESSION_TOKEN_SIZE],
    enum session_login *state, long *wait, struct err *e);

/* Finds a session.  *found is false if there is none, it has ended, or its user is disabled.
 * Else fills `who` (also csrf) with texts in `mem`, and the session counts as used now.  `token`
 * may be NULL.  Called first of a request, as it also finds whether the database answers (db_ensure). */
int session_find(struct db *db, const struct conf *conf, const char *token,
    struct arena *mem, struct principal *who, bool *found, struct err *e);

/* Sets the scope of root's session: a tenant, or 0 for all.  ERR_NOT_FOUND if the tenant is
 * unknown, the session has ended or its user is not root.  Applies from the next session_find. */
int session_scope(struct db *db, const struct conf *conf, const char *token,
    long tenant_id, const char *address, struct err *e);

/* The tenants that the session can choose from: all for root, else its own; ordered by name. */
struct session_tenant {
	long id;
	const char *name;
};
int session_tenants(struct db *db, const struct conf *conf, const char *token,
    struct arena *mem, struct session_tenant **out, size_t *n, struct err *e);

/* Sets the administrator's language: one of conf->languages, else ERR_INVALID; NULL for that of
 * the browser. */
int session_language(struct db *db, const struct conf *conf, const char *token,
    const char *language, struct err *e);

/* The separator that the administrator has chosen for downloads: *chosen is "comma", "semicolon"
 * or "tab", in `mem`; NULL if none was chosen.  If `wanted` is not NULL it is stored first.
 * Returns 0 or -1. */
int session_separator(struct db *db, const struct conf *conf, const char *token, const char *wanted,
    struct arena *mem, const char **chosen, struct err *e);

/* The same for the columns of the list of users: names, separated by blanks. */
int session_columns(struct db *db, const struct conf *conf, const char *token, const char *wanted,
    struct arena *mem, const char **chosen, struct err *e);

/* Logs out.  No error if there is no such session. */
int session_close(struct db *db, const char *token, const char *address, struct err *e);

/* The first arguments, $1 to $3, of the queries of a session: the hash of its token
 * (digest_token), and after how many seconds a session ends. */
#define SESSION_ARGS(hash, conf) arg_bytes(hash, DIGEST_SIZE), \
	arg_long((conf)->session_idle), arg_long((conf)->session_lifetime)

/* Runs a query of a session, as db_query does: SESSION_ARGS are its first arguments, `args` (may
 * be NO_ARGS) those from $4.  ERR_NOT_FOUND if `token` cannot be that of a session. */
int session_query(struct db *db, const struct conf *conf, const char *token, const char *name,
    const struct db_args *args, PGresult **res, struct err *e);

#endif
