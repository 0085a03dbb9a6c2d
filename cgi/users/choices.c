/* The names that a file can use.  Contract: choices.h. */
#include "users/choices.h"

#include <string.h>

#include "auth/account.h"

static const char *kept(struct arena *mem, const PGresult *res, int row, const char *column)
{
	return arena_strdup(mem, db_get(res, row, column));
}

/* A number of a range, -1 if it is not counted. */
static long counted(const PGresult *res, int row, const char *column)
{
	return db_get(res, row, column) ? db_get_long(res, row, column) : -1;
}

/* Reads the contexts: one row for each range, or one for a context without ranges; the rows of
 * a context follow each other. */
static void read_contexts(const PGresult *res, struct arena *mem, struct choices *out)
{
	int n = PQntuples(res);
	struct choices_range *ranges = arena_alloc(mem, ((size_t)n + 1) * sizeof(*ranges));
	struct choices_context *c = NULL;

	out->contexts = arena_alloc(mem, ((size_t)n + 1) * sizeof(*out->contexts));
	for (int i = 0; i < n; i++) {
		if (i == 0 || db_get_long(res, i, "id") != db_get_long(res, i - 1, "id")) {
			c = &out->contexts[out->n_contexts++];
			c->entity_id = db_get_long(res, i, "entity_id");
			c->name = kept(mem, res, i, "name");
			c->type = kept(mem, res, i, "type");
			c->ranges = ranges;
		}
		if (db_get(res, i, "kind") == NULL)
			continue;
		ranges->kind = kept(mem, res, i, "kind");
		ranges->low = kept(mem, res, i, "low");
		ranges->high = kept(mem, res, i, "high");
		ranges->size = counted(res, i, "size");
		ranges->free = counted(res, i, "free");
		ranges->next = kept(mem, res, i, "next");
		ranges++;
		c->n_ranges++;
	}
}

/* The names of one kind. */
static size_t read_names(const PGresult *res, const char *kind, struct arena *mem, const char ***out)
{
	int n = PQntuples(res);
	size_t found = 0;

	*out = arena_alloc(mem, ((size_t)n + 1) * sizeof(**out));
	for (int i = 0; i < n; i++)
		if (strcmp(db_get(res, i, "kind"), kind) == 0)
			(*out)[found++] = kept(mem, res, i, "name");
	return found;
}

static void read_entities(const PGresult *res, struct arena *mem, struct choices *out)
{
	out->n_entities = (size_t)PQntuples(res);
	out->entities = arena_alloc(mem, (out->n_entities + 1) * sizeof(*out->entities));
	for (int i = 0; i < (int)out->n_entities; i++) {
		out->entities[i].id = db_get_long(res, i, "id");
		out->entities[i].name = kept(mem, res, i, "name");
	}
}

int choices_read(struct db *db, const struct principal *who, struct arena *mem,
    struct choices *out, struct err *e)
{
	PGresult *ranges = NULL, *names = NULL, *entities = NULL;
	int rc = -1;

	memset(out, 0, sizeof(*out));
	if (account_begin(db, who, e) != 0)
		return -1;
	if (db_query(db, "users_ranges", NO_ARGS, &ranges, e) != 0 ||
	    db_query(db, "users_names", NO_ARGS, &names, e) != 0 ||
	    db_query(db, "users_entities", NO_ARGS, &entities, e) != 0 ||
	    db_commit(db, e) != 0)
		goto out;
	read_contexts(ranges, mem, out);
	out->n_permissions = read_names(names, "permission", mem, &out->permissions);
	out->n_labels = read_names(names, "label", mem, &out->labels);
	out->n_profiles = read_names(names, "profile", mem, &out->profiles);
	out->n_sites = read_names(names, "site", mem, &out->sites);
	if (who->tenant_id == 0)
		read_entities(entities, mem, out);
	rc = 0;
out:
	PQclear(ranges);
	PQclear(names);
	PQclear(entities);
	if (rc != 0)
		db_rollback(db);
	return rc;
}
