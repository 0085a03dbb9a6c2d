/* The names that a file of this scope can use: contexts with their ranges and free numbers,
 * permissions, labels, profiles, sites, entities. */
#ifndef USERS_CHOICES_H
#define USERS_CHOICES_H

#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

/* A range of the numbers of a context. */
struct choices_range {
	const char *kind;	/* "user", "incall" */
	const char *low, *high;
	long size;		/* how many numbers; -1: too many to count */
	long free;		/* how many of them are free; -1: as for size */
	const char *next;	/* the first free number, NULL for none */
};
struct choices_context {
	long entity_id;
	const char *name, *type;
	size_t n_ranges;
	struct choices_range *ranges;
};
struct choices {
	size_t n_contexts;
	struct choices_context *contexts;
	size_t n_permissions, n_labels, n_profiles, n_sites, n_entities;
	const char **permissions, **labels, **profiles, **sites;
	struct { long id; const char *name; } *entities;	/* only if the scope is all tenants */
};

/* Reads them for the scope of `who`; texts live in `mem`.  Returns 0 or -1. */
int choices_read(struct db *db, const struct principal *who, struct arena *mem,
    struct choices *out, struct err *e);

#endif
