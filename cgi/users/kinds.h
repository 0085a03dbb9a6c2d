/* The kinds of jobs. */
#ifndef USERS_KINDS_H
#define USERS_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "job/queue.h"
#include "job/worker.h"

/* The table that the worker uses. */
extern const struct job_kind job_kinds[];
extern const size_t job_kinds_n;

/* Whether `who` (NULL: nobody) may send, apply or cancel jobs of that kind.  False for a kind
 * that this program does not know. */
bool kind_allowed(const struct principal *who, const char *kind);

/* The kinds of jobs that `who` may send, as an array of PostgreSQL, in `mem`. */
const char *kinds_allowed(const struct principal *who, struct arena *mem);

/* Whether `who` may apply or cancel this job: its options, and deletions in its plan, may need
 * further rights. */
bool kind_decides(const struct principal *who, const struct job *job);

/* Whether `who` (NULL: nobody) may undo a job of that kind with these counts (a JSON object).
 * To bring back deleted users needs the right to import, to remove created ones the right to
 * delete.  A NULL kind is a job that was deleted: it needs both rights. */
bool kind_undo_allowed(const struct principal *who, const char *kind, const char *counts);

#endif
