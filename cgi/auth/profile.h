/* What an administrator does for himself in the browser: his password, his open sessions,
 * his tokens for scripts; and a password that he sets for another one.
 *
 * `token` is the session's cookie; whose it is, the database finds out.  Each function is a
 * statement of its own: call them outside db_begin.  They return 0, or -1 with `e`:
 * ERR_NOT_FOUND if the session has ended.  Texts live in `mem`; times are ISO 8601 in
 * UTC. */
#ifndef AUTH_PROFILE_H
#define AUTH_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/session.h"

/* --- sessions -------------------------------------------------------------- */

struct profile_session {
	long id;
	const char *created_at, *seen_at;
	const char *address;	/* NULL: not known */
	const char *agent;	/* what the browser called itself, hostile; NULL: nothing */
	bool own;		/* the one that asks */
};

/* The open ones, its own first. */
int profile_sessions(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    struct profile_session **out, size_t *n, struct err *e);

/* Ends one of the others, all of them with id 0.  *ended is how many. */
int profile_session_end(struct db *db, const struct conf *conf, const char *token, long id,
    const char *address, long *ended, struct err *e);

/* --- mails and the webhook at the end of jobs -------------------------------- */

/* Where the end of his jobs is mailed to, in *email (NULL: nowhere).  With `change` it is set
 * to `wanted` (NULL: nowhere) first; ERR_INVALID if that is no address. */
int profile_email(struct db *db, const struct conf *conf, const char *token, bool change, const char *wanted,
    struct arena *mem, const char **email, struct err *e);

struct profile_webhook {
	const char *url;		/* NULL: there is none */
	const char *failure, *failed_at;/* of the last delivery; NULL: it arrived */
	long waiting;			/* deliveries that are still to be made */
};

/* That of the tenant that the session is in. */
int profile_webhook(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    struct profile_webhook *out, struct err *e);

/* Sets its address (NULL: none any more) and its secret (NULL: as it is).  *done is false
 * if there is no tenant to set it for, or no secret to keep.  The caller has looked at
 * the address. */
int profile_webhook_set(struct db *db, const struct conf *conf, const char *token, const char *url,
    const char *secret, const char *address, bool *done, struct err *e);

/* --- passwords ------------------------------------------------------------- */

/* The proof of a password that was typed once more, for queries that compare it; *wait as
 * below. */
int profile_prove(struct db *db, const char *username, const char *old, const char *address,
    unsigned char proof[DIGEST_SIZE], long *wait, struct err *e);

/* A new password, which keeps to password_check, where `old` is right: *done.  All other
 * sessions and all tokens end.  *wait is above 0, and nothing was tried, after too many
 * wrong ones: they count as refused sign-ins do. */
int profile_password(struct db *db, const struct conf *conf, const char *token,
    const char *username, const char *old, const char *password, const char *address,
    bool *done, long *wait, struct err *e);

/* The name of another administrator whose password this one may set: any for root; with
 * the right `setup` those of the own tenant whose rights are no more than the own.  NULL
 * if there is none with that id. */
int profile_other(struct db *db, const struct conf *conf, const char *token, long admin_id,
    struct arena *mem, const char **username, struct err *e);

/* Sets it, to be changed at the next sign-in, and ends all sessions and tokens.
 * ERR_NOT_FOUND if profile_other finds nobody. */
int profile_other_password(struct db *db, const struct conf *conf, const char *token, long admin_id,
    const char *password, const char *address, struct err *e);

/* --- tokens ---------------------------------------------------------------- */

struct profile_token {
	long id;
	const char *name;	/* NULL: made by the API */
	const char *rights;	/* names, separated by blanks; NULL: all of the account */
	const char *created_at, *expires_at;
	const char *used_at;	/* to the minute; NULL: never */
};

/* The valid ones, the latest first. */
int profile_tokens(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    struct profile_token **out, size_t *n, struct err *e);

/* A new one: `secret` is what a script sends as X-Auth-Token, and is stored nowhere.
 * `rights` are enum right bits.  *done is false if one of them is not the
 * administrator's, and where there are too many tokens. */
int profile_token_open(struct db *db, const struct conf *conf, const char *token, const char *name,
    unsigned rights, long seconds, const char *address, char secret[DIGEST_HEX_SIZE], bool *done,
    struct err *e);

/* Revokes one; *done is false if there is none with that id. */
int profile_token_end(struct db *db, const struct conf *conf, const char *token, long id,
    const char *address, bool *done, struct err *e);

#endif
