/* A filter selects users, for a list, an export or an action on many.  users_filtered
 * (sql/views/users_matching.sql) defines what each condition means. */
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

/* A condition: its name, its parameter in addresses of pages, and the words that its value can
 * be, separated by blanks (NULL: any text; "": a number). */
struct filter_condition {
	const char *name, *param, *words;
};
extern const struct filter_condition filter_conditions[FILTER__MAX];

struct users_filter {
	const char *by[FILTER__MAX];	/* NULL or "": without this condition */
	size_t n_uuids;			/* only these users; 0: all */
	const char *const *uuids;
};

/* Whether the condition can have the value.  A name need not exist. */
bool filter_valid(enum filter_key key, const char *value);

/* The i-th word of a condition's words, in `mem`; NULL past the last. */
const char *filter_word(enum filter_key key, size_t i, struct arena *mem);

/* Whether the filter has no condition, so that all users match. */
bool filter_is_empty(const struct users_filter *f);

/* The filter as a JSON object for SQL, in `mem`.  NULL with ERR_INVALID if a uuid is not valid. */
const char *filter_json(const struct users_filter *f, struct arena *mem, struct err *e);

/* How many users of the scope match the JSON of filter_json.  Called within a transaction
 * (account_begin). */
int filter_count(struct db *db, const char *json, long *total, struct err *e);

/* The names that conditions can choose from: contexts of type internal, labels, permissions. */
struct filter_names {
	size_t n[FILTER__MAX];
	const char **names[FILTER__MAX];
};
int filter_names(struct db *db, const struct principal *who, struct arena *mem,
    struct filter_names *out, struct err *e);

#endif
