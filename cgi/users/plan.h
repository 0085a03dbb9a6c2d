/* The plan of a job: what it would do.  The job is applied, compared and rolled back to a
 * savepoint, in its transaction and under the tenant's lock.  So what is applied later in the
 * same transaction is what was planned. */
#ifndef USERS_PLAN_H
#define USERS_PLAN_H

#include <stdbool.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "users/transfer.h"

struct plan {
	const char *counts;	/* JSON object: created, changed, left alone, removed, detached */
	const char *digest;	/* plans with the same digest are the same, cell by cell */
};

/* Plans a job in which the checks found no error, of an upload with these columns (struct staged).  `hashed`:
 * its plain passwords are hashed; else each hash is a placeholder.  The changed cells of an update are stored with
 * the job (job_change), with masked secrets.  Texts live in `mem`.  Returns 0 or -1. */
int plan_make(struct task *t, const struct transfer_kind *kind, const char *const *columns, bool hashed,
    struct arena *mem, struct plan *out, struct err *e);

/* --- a plan as people read it ----------------------------------------------- */

/* The names in a plan's JSON (sql/queries/import.sql, static/openapi.json) in the order in which
 * they are shown: the rows after that of the users, and the columns. */
enum { PLAN_RESOURCES = 6, PLAN_HOWS = 6 };
extern const char *const plan_resources[PLAN_RESOURCES];
extern const char *const plan_hows[PLAN_HOWS];

/* The counts of a resource; NULL if the plan has none. */
const json_t *plan_counts(const json_t *plan, const char *resource);

/* Whether the plan has the column `how`; an import, for example, detaches nothing. */
bool plan_happens(const json_t *plan, const char *how);

#endif
