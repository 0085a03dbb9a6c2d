/* The import: a stored upload becomes users, or a report of why not. */
#ifndef USERS_IMPORT_H
#define USERS_IMPORT_H

#include "base/err.h"
#include "job/worker.h"

/* Runs an import job to its end (struct job_kind of job/worker.h): reads, judges,
 * and in one transaction applies, reports and ends the job; or reports and ends
 * it.  The rules are sql/import. */
int import_run(struct task *t, struct err *e);

#endif
