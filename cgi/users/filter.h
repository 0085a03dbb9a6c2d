/* Which users a list, an export or an action on many is of.  The definition of each
 * condition is users_filtered (sql/views/users_matching.sql). */
#ifndef USERS_FILTER_H
#define USERS_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

enum filter_key {
	FILTER_SEARCH, FILTER_CONTEXT, FILTER_LABEL, FILTER_PERMISSION, FILTER_PROTOCOL, FILTER_ENABLED,
	FILTER_WITHOUT, FILTER_JOB, FILTER_PHONES, FILTER__MAX
};

/* A condition: its name, its parameter in addresses of pages, and the words that its value
 * is one of, with a blank between them (NULL: any text; "": a number). */
struct filter_condition {
	const char *name, *param, *words;
};
extern const struct filter_condition filter_conditions[FILTER__MAX];

struct users_filter {
	const char *by[FILTER__MAX];	/* NULL or "": this condition is not asked for */
	size_t n_uuids;			/* these users alone; 0: all */
	const char *const *uuids;
};

/* Whether a value is one that the condition may have.  A name need not be there. */
bool filter_valid(enum filter_key key, const char *value);

/* The i-th word of a condition's words, in `mem`; NULL past the last. */
const char *filter_word(enum filter_key key, size_t i, struct arena *mem);

/* Whether it lets all users through. */
bool filter_is_empty(const struct users_filter *f);

/* The filter as SQL takes it, a JSON object in `mem`.  NULL with ERR_INVALID if a uuid is
 * none. */
const char *filter_json(const struct users_filter *f, struct arena *mem, struct err *e);

/* How many users of the scope it lets through, by the JSON text.  Called within a transaction
 * (account_begin). */
int filter_count(struct db *db, const char *json, long *total, struct err *e);

/* Names that a condition may choose among: contexts of type internal, labels, permissions. */
struct filter_names {
	size_t n[FILTER__MAX];
	const char **names[FILTER__MAX];
};
int filter_names(struct db *db, const struct principal *who, struct arena *mem,
    struct filter_names *out, struct err *e);

#endif
