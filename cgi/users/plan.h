/* What a job would do: it is applied, looked at and rolled back.
 *
 * All of it happens behind a savepoint of the job's transaction, under the tenant's
 * lock: what is applied afterwards in the same transaction is what was planned. */
#ifndef USERS_PLAN_H
#define USERS_PLAN_H

#include <stdbool.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "users/transfer.h"

struct plan {
	const char *counts;	/* JSON object: created, changed, left alone, removed, detached */
	const char *digest;	/* two plans with one digest are the same, cell by cell */
};

/* Plans a job that was judged without an error.  `hashed`: its plain passwords were
 * hashed; else something stands for their hashes.  For an update the changed cells
 * are stored with the job (job_change), their secrets masked.  Texts live in `mem`.
 * Returns 0 or -1, as applying does. */
int plan_make(struct task *t, const struct transfer_kind *kind, bool hashed, struct arena *mem,
    struct plan *out, struct err *e);

/* --- a plan as people read it ----------------------------------------------- */

/* The names in a plan's JSON (sql/queries/import.sql, static/openapi.json), in the order
 * in which they are shown: rows below that of the users, and columns. */
enum { PLAN_RESOURCES = 6, PLAN_HOWS = 5 };
extern const char *const plan_resources[PLAN_RESOURCES];
extern const char *const plan_hows[PLAN_HOWS];

/* The counts of a resource; NULL where the plan has none. */
const json_t *plan_counts(const json_t *plan, const char *resource);

/* Whether anything can be done to anything in this way: an import detaches nothing. */
bool plan_happens(const json_t *plan, const char *how);

#endif
