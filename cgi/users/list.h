/* The users of a scope: the list of the Users page, and one user whole. */
#ifndef USERS_LIST_H
#define USERS_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

enum list_order {
	LIST_BY_NAME, LIST_BY_PROVISIONING_CODE, LIST_BY_PROTOCOL,
	LIST_BY_EXTEN, LIST_BY_ENTITY, LIST__MAX
};

struct list_filter {
	const char *search;	/* part of name, number, e-mail, login, userfield; NULL or "": all */
	const char *context;	/* name of the phone's context; NULL or "": any */
	bool unregistered;	/* only enabled users whose phone could register and has not */
	enum list_order order;
	bool descending;
	long offset, limit;
};

struct list_user {
	const char *uuid;
	const char *firstname, *lastname;	/* lastname may be NULL */
	bool enabled;
	const char *provisioning_code, *protocol, *exten, *context;	/* NULL: none */
	long entity_id;
	const char *entity;
};

/* The users of the scope that the filter lets through, f->limit of them after
 * f->offset, in its order; *total counts all.  Texts live in `mem`. */
int list_users(struct db *db, const struct principal *who,
    const struct list_filter *f, struct arena *mem, struct list_user **out,
    size_t *n, long *total, struct err *e);

/* How many users match a search and a context (each may be ""), and have no phone
 * registered where that is asked for.  Called within a transaction (account_begin). */
int list_count(struct db *db, const char *search, const char *context, bool unregistered,
    long *total, struct err *e);

/* The users of those uuids that are in scope; by name.  ERR_INVALID where a uuid
 * is none. */
int list_named(struct db *db, const struct principal *who, size_t n_uuids,
    const char *const *uuids, struct arena *mem, struct list_user **out,
    size_t *n, struct err *e);

/* Names of the contexts of type internal in scope, for the filter. */
int list_contexts(struct db *db, const struct principal *who, struct arena *mem,
    const char ***out, size_t *n, struct err *e);

/* A column of the export and what the user has in it; the items of a list stand
 * on lines of their own. */
struct user_value {
	const char *column;	/* name of fields.def */
	const char *value;	/* NULL: none; secrets are ******** without the right users.secrets */
};

struct user_detail {
	const char *uuid;
	const char *name;
	bool enabled;
	long entity_id;
	const char *entity;
	const char *version;	/* another text after any change of the user or its resources */
	size_t n_values;
	struct user_value *values;	/* in the order of fields.def */
};

/* One user with all that belongs to it.  ERR_NOT_FOUND. */
int list_user(struct db *db, const struct principal *who, const char *uuid,
    struct arena *mem, struct user_detail *out, struct err *e);

/* What is deleted with users beside lines and extensions. */
enum list_with {
	LIST_WITH_VOICEMAILS = 1,	/* those that nobody else has */
	LIST_WITH_INCALLS = 2
};

/* Deletes users (uuids) in scope with their lines and extensions, and what `with` (of enum
 * list_with) says; else their incalls and voicemails stay, without a user.  What was deleted
 * is kept as a job of its own.  Takes the tenants' locks as a job does: ERR_DB_RETRY while a
 * job runs.  *deleted is the number of users.  The caller has checked RIGHT_USERS_DELETE;
 * `address` is for the audit. */
int list_delete(struct db *db, const struct principal *who, const char *address,
    size_t n, const char *const *uuids, unsigned with, long *deleted, struct err *e);

#endif
