/* The users of a scope: the list of the Users page, one user with all values, deleting. */
#ifndef USERS_LIST_H
#define USERS_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "users/filter.h"

enum list_order {
	LIST_BY_NAME, LIST_BY_PROVISIONING_CODE, LIST_BY_PROTOCOL,
	LIST_BY_EXTEN, LIST_BY_ENTITY, LIST__MAX
};

struct list_request {
	struct users_filter filter;
	enum list_order order;
	bool descending;
	long offset, limit;
};

struct list_user {
	const char *uuid;
	const char *firstname, *lastname;	/* lastname may be NULL */
	bool enabled;
	const char *provisioning_code, *protocol, *exten;	/* NULL: none */
	const char *email, *mobile, *username;			/* NULL: none */
	const char *labels, *incalls;	/* one a line; NULL: none */
	const char *entity;
};

/* The number of users of a list.  A search or a filter may match more than n: those are not
 * counted, and the pages of the list end with n. */
struct list_total {
	long n;
	bool more;
};

/* The users of the scope that match r->filter, in the order of `r`: r->limit of them after
 * r->offset; *total counts all.  Texts live in `mem`.  ERR_INVALID if a uuid of the filter is
 * not valid. */
int list_users(struct db *db, const struct principal *who,
    const struct list_request *r, struct arena *mem, struct list_user **out,
    size_t *n, struct list_total *total, struct err *e);

/* A column of the export and the user's value in it; a list has one item on each line. */
struct user_value {
	const char *column;	/* name of fields.def */
	const char *value;	/* NULL: none; secrets are ******** unless they were asked for */
};

struct user_detail {
	const char *uuid;
	const char *name;
	bool enabled;
	long entity_id;
	const char *entity;
	const char *version;	/* changes with any change of the user or its resources */
	size_t n_values;
	struct user_value *values;	/* in the order of fields.def */
};

/* One user with all values; with secrets if `secrets` asks for them and `who` has the right
 * users.secrets.  ERR_NOT_FOUND. */
int list_user(struct db *db, const struct principal *who, const char *uuid, bool secrets,
    struct arena *mem, struct user_detail *out, struct err *e);

/* A phone that Kamailio has registered (docs/telephone.md). */
struct list_phone {
	const char *address;	/* host:port at which it is reached; NULL if its contact has none */
	const char *transport;	/* udp, tcp, tls, ws */
	const char *user_agent;
	const char *since;	/* ISO 8601, UTC */
};

/* The phones of a user in scope, the newest first; none if there is no such user.  `uuid` is
 * a valid UUID.  Texts live in `mem`.  Returns 0 or -1. */
int list_phones(struct db *db, const struct principal *who, const char *uuid,
    struct arena *mem, struct list_phone **out, size_t *n, struct err *e);

/* Writes to the audit that `who` has seen the secrets of these users (uuids).  Called before
 * they are shown. */
int list_audit_secrets(struct db *db, const struct principal *who, const char *address,
    size_t n, const char *const *uuids, struct err *e);

/* What is deleted together with users, besides lines and extensions. */
enum list_with {
	LIST_WITH_VOICEMAILS = 1,	/* those that nobody else has */
	LIST_WITH_INCALLS = 2
};

/* Deletes users (uuids) in scope with their lines and extensions, and what `with` (bits of enum
 * list_with) says; other incalls and voicemails stay, without a user.  A job is added that
 * records what was deleted.  Takes the locks of the tenants as a job does: ERR_DB_RETRY if one
 * still runs after a second.  *deleted is the number of users.  The caller has checked
 * RIGHT_USERS_DELETE; `address` is for the audit. */
int list_delete(struct db *db, const struct principal *who, const char *address,
    size_t n, const char *const *uuids, unsigned with, long *deleted, struct err *e);

#endif
