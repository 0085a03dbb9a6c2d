/* The kinds of jobs that there are. */
#ifndef USERS_KINDS_H
#define USERS_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "job/queue.h"
#include "job/worker.h"

/* The table that a worker runs by. */
extern const struct job_kind job_kinds[];
extern const size_t job_kinds_n;

/* Whether `who` (NULL: nobody) may send a job of that kind, and so apply or cancel one.
 * False for a kind that this program does not know. */
bool kind_allowed(const struct principal *who, const char *kind);

/* Whether `who` may apply or cancel this job: has the rights that its options, and the
 * deletions of its plan, need too. */
bool kind_decides(const struct principal *who, const struct job *job);

/* Whether `who` (NULL: nobody) may take back what a job of that kind did, by its counts (a
 * JSON object): who brings users back needs the right to import, who lets users go the right
 * to delete.  A kind of NULL is a job that is gone: it may have done both. */
bool kind_undo_allowed(const struct principal *who, const char *kind, const char *counts);

#endif
