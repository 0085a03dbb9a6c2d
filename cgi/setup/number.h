/* The numbers and their owners, for pages and API: extensions, incoming numbers, voicemails.  Free
 * numbers can be added, renamed and deleted; a number can be reserved and released.  All
 * functions work in the scope of `who`; texts live in `mem`; each returns 0 or -1. */
#ifndef SETUP_NUMBER_H
#define SETUP_NUMBER_H

#include <stdbool.h>

#include "auth/principal.h"
#include "csv/issue.h"
#include "db/db.h"

enum number_kind { NUMBER_EXTENSION, NUMBER_INCALL, NUMBER_VOICEMAIL };

/* "extension", "incall", "voicemail". */
const char *number_word(enum number_kind kind);

/* A number as it was typed, without what people write between its digits, as files are read (check_clean of
 * csv/check.h).  What is no number stays. */
const char *number_clean(struct arena *mem, const char *typed);

struct number_filter {
	const char *search, *context, *state;	/* "" for all; state: used, free, reserved */
	long limit, offset;
	long most;	/* of more that are searched for, or of more used voicemails, only so many are found; 0: all */
};

/* How many there are; `more`: there are more than these, which were not counted. */
struct number_total {
	long n;
	bool more;
};

struct number {
	long id;		/* 0: it is reserved and does not exist yet */
	long tenant_id;
	const char *number, *name, *context, *tenant, *tenant_uuid;
	long owners;
	const char *uuid, *owner;	/* the first of them */
	const char *users;	/* JSON: uuid and name of each, at most 100 */
	bool reserved;
};

/* "used", "free" or "reserved". */
const char *number_state(const struct number *n);

int number_list(struct db *db, const struct principal *who, enum number_kind kind, const struct number_filter *f,
	struct arena *mem, struct number **out, size_t *n, struct number_total *total, struct err *e);

/* ERR_NOT_FOUND. */
int number_one(struct db *db, const struct principal *who, enum number_kind kind, long id, struct arena *mem,
	struct number *out, struct err *e);

/* Sets *id to the id of a number of a context, or to 0 if it does not exist. */
int number_find(struct db *db, const struct principal *who, enum number_kind kind, long context, const char *number,
	long *id, struct err *e);

struct number_context {
	long id, tenant_id;
	const char *name, *tenant;
};
/* The contexts in which a number of the kind can be. */
int number_contexts(struct db *db, const struct principal *who, enum number_kind kind, struct arena *mem,
	struct number_context **out, size_t *n, struct err *e);

/* Why nothing was done: the key of a text (setup.number_KEY of csv/issues.def) and the number that
 * it is about.  `key` NULL: done. */
struct number_fault {
	const char *key;	/* "digits", "block", "outside", "taken", "used", "name" */
	const char *number;
};
void number_fault_write(struct buf *out, const struct number_fault *fault, issue_lookup *find, void *ctx);

struct number_new {
	const char *first, *last;	/* a block of at most 1000; last NULL or "": the one */
	const char *name;		/* of a voicemail; NULL or "": the number */
	bool reserve;			/* sets them aside */
};

/* Makes them, cleaned.  ERR_DB_RETRY: an import runs. */
int number_add(struct db *db, const struct principal *who, enum number_kind kind,
	const struct number_context *context, const struct number_new *new, const char *address, struct arena *mem,
	struct number_fault *fault, struct err *e);

enum number_action { NUMBER_RENAME, NUMBER_DELETE, NUMBER_RESERVE, NUMBER_RELEASE };

struct number_act {
	enum number_action action;
	const char *number;	/* NUMBER_RENAME: the new number, which is cleaned */
	const char *name;	/* NUMBER_RENAME: the new name of a voicemail; NULL: as it is */
	bool skip;		/* there is nothing to do */
};

/* Does all of the actions, or none, with a number that has no owner.  ERR_DB_RETRY as above. */
int number_act(struct db *db, const struct principal *who, enum number_kind kind, const struct number *which,
	const struct number_act *acts, size_t n, const char *address, struct arena *mem, struct number_fault *fault,
	struct err *e);

#endif
