/* The numbers and their owners, for their pages: extensions, incoming numbers, voicemails.  Free
 * numbers can be added, renamed and deleted; a number can be reserved and released.  All
 * functions work in the scope of `who`; texts live in `mem`; each returns 0 or -1. */
#ifndef SETUP_NUMBER_H
#define SETUP_NUMBER_H

#include <stdbool.h>

#include "auth/principal.h"
#include "db/db.h"

enum number_kind { NUMBER_EXTENSION, NUMBER_INCALL, NUMBER_VOICEMAIL };

/* "extension", "incall", "voicemail". */
const char *number_word(enum number_kind kind);

struct number_filter {
	const char *search, *context, *state;	/* "" for all; state: used, free, reserved */
	long limit, offset;
};

struct number {
	long id;		/* 0: it is reserved and does not exist yet */
	long tenant_id;		/* only from number_one */
	const char *number, *name, *context, *tenant;
	long owners;
	const char *uuid, *owner;	/* the first of them */
	bool reserved;
};

int number_list(struct db *db, const struct principal *who, enum number_kind kind, const struct number_filter *f,
	struct arena *mem, struct number **out, size_t *n, long *total, struct err *e);

/* ERR_NOT_FOUND. */
int number_one(struct db *db, const struct principal *who, enum number_kind kind, long id, struct arena *mem,
	struct number *out, struct err *e);

struct number_owner {
	const char *uuid, *name;
};
/* The owners of a number, at most 100. */
int number_owners(struct db *db, const struct principal *who, enum number_kind kind, long id, struct arena *mem,
	struct number_owner **out, size_t *n, struct err *e);

struct number_context {
	long id, tenant_id;
	const char *name, *tenant;
};
/* The contexts in which a number of the kind can be. */
int number_contexts(struct db *db, const struct principal *who, enum number_kind kind, struct arena *mem,
	struct number_context **out, size_t *n, struct err *e);

/* Why nothing was done: the key of a text and the number that it is about.  `key` NULL: done. */
struct number_fault {
	const char *key;	/* "digits", "block", "outside", "taken", "used" */
	const char *number;
};

/* Makes the numbers from `first` to `last` (NULL: the one), at most 1000, and sets them aside.
 * ERR_DB_RETRY: an import runs. */
int number_add(struct db *db, const struct principal *who, enum number_kind kind,
    const struct number_context *context,
	const char *first, const char *last, bool reserve, const char *address, struct arena *mem,
	struct number_fault *fault, struct err *e);

enum number_action { NUMBER_RENAME, NUMBER_DELETE, NUMBER_RESERVE, NUMBER_RELEASE };

/* Does the action with a number that has no owner; `number` is its new name (NUMBER_RENAME).
 * ERR_DB_RETRY as above. */
int number_act(struct db *db, const struct principal *who, enum number_kind kind, const struct number *which,
	enum number_action action, const char *number, const char *address, struct arena *mem,
	struct number_fault *fault, struct err *e);

#endif
