/* The profile of an administrator in the browser: password, open sessions, tokens for scripts,
 * mails and webhook; and setting the password of another administrator.
 *
 * `token` is the session's cookie; the database finds out whose session it is.  Each function
 * is a statement of its own: call them outside db_begin.  They return 0, or -1 with `e`:
 * ERR_NOT_FOUND if the session has ended.  Texts live in `mem`; times are ISO 8601 in UTC. */
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
	const char *agent;	/* the browser's User-Agent, as it was sent; NULL: none */
	bool own;		/* the session of this request */
};

/* The open sessions, the own one first. */
int profile_sessions(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    struct profile_session **out, size_t *n, struct err *e);

/* Ends one of the other sessions, or all of them with id 0.  *ended is how many. */
int profile_session_end(struct db *db, const struct conf *conf, const char *token, long id,
    const char *address, long *ended, struct err *e);

/* --- mails and the webhook at the end of jobs -------------------------------- */

/* The address for mails at the end of the administrator's jobs, in *email (NULL: none).  With
 * `change` it is first set to `wanted` (NULL: none); ERR_INVALID if that is not an address. */
int profile_email(struct db *db, const struct conf *conf, const char *token, bool change, const char *wanted,
    struct arena *mem, const char **email, struct err *e);

struct profile_webhook {
	const char *url;		/* NULL: there is no webhook */
	const char *failure, *failed_at;/* of the last delivery; NULL: it succeeded */
	long waiting;			/* deliveries that are not made yet */
	bool tested, test_arrived;
	const char *test_answer;	/* of the last test; NULL: it is not made yet */
};

/* The webhook of the session's tenant. */
int profile_webhook(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    struct profile_webhook *out, struct err *e);

/* Sets its address (NULL: removes the webhook) and its secret (NULL: unchanged).  *done is false
 * if the session has no tenant, or there is no secret to keep.  The caller has checked the
 * address. */
int profile_webhook_set(struct db *db, const struct conf *conf, const char *token, const char *url,
    const char *secret, const char *address, bool *done, struct err *e);

/* Asks for a test, which a worker sends.  *done is false where there is no webhook. */
int profile_webhook_test(struct db *db, const struct conf *conf, const char *token, const char *address,
    bool *done, struct err *e);

/* --- passwords ------------------------------------------------------------- */

/* The proof of the administrator's own password, which was typed again; the database compares
 * it.  *wait as below. */
int profile_prove(struct db *db, const char *username, const char *old, const char *address,
    unsigned char proof[DIGEST_SIZE], long *wait, struct err *e);

/* Sets a new password (see password_check) if `old` is right: *done.  All other sessions and all
 * tokens end.  *wait above 0: nothing was tried, because there were too many wrong passwords;
 * they count as refused sign-ins. */
int profile_password(struct db *db, const struct conf *conf, const char *token,
    const char *username, const char *old, const char *password, const char *address,
    bool *done, long *wait, struct err *e);

/* The name of another administrator whose password this one may set: for root any; with the
 * right `setup` those of the same tenant who have no right that this one lacks.  NULL if there
 * is none with that id. */
int profile_other(struct db *db, const struct conf *conf, const char *token, long admin_id,
    struct arena *mem, const char **username, struct err *e);

/* Sets that password, which must be changed at the next sign-in, and ends all sessions and
 * tokens of that administrator.  ERR_NOT_FOUND if profile_other finds nobody. */
int profile_other_password(struct db *db, const struct conf *conf, const char *token, long admin_id,
    const char *password, const char *address, struct err *e);

/* --- tokens ---------------------------------------------------------------- */

struct profile_token {
	long id;
	const char *name;	/* NULL: made by the API */
	const char *rights;	/* names, separated by blanks; NULL: all rights of the account */
	const char *created_at, *expires_at;
	const char *used_at;	/* to the minute; NULL: never */
};

/* The valid tokens, the latest first. */
int profile_tokens(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    struct profile_token **out, size_t *n, struct err *e);

/* Makes a token: `secret` is what a script sends as X-Auth-Token, and is not stored.  `rights`
 * are enum right bits.  *done is false if the administrator lacks one of them, or has too many
 * tokens. */
int profile_token_open(struct db *db, const struct conf *conf, const char *token, const char *name,
    unsigned rights, long seconds, const char *address, char secret[DIGEST_HEX_SIZE], bool *done,
    struct err *e);

/* Revokes a token; *done is false if there is none with that id. */
int profile_token_end(struct db *db, const struct conf *conf, const char *token, long id,
    const char *address, bool *done, struct err *e);

#endif
