/* What a search for users looks at.  The SQL is in sql/views/user_search_now.sql and in the
 * migration user_search. */
#ifndef USERS_SEARCH_H
#define USERS_SEARCH_H

#include "base/err.h"
#include "job/worker.h"

/* One step of the worker's idle work (job_idle): makes the texts of some users who changed,
 * at most 5,000.  Until then searches look at those users themselves, which takes longer.
 * Returns 1 where there was something to do, 0, or -1. */
int search_step(struct task *t, struct err *e);

#endif
