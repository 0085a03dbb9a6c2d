/* The import: a stored upload becomes new users, or a report of why not. */
#ifndef USERS_IMPORT_H
#define USERS_IMPORT_H

#include "base/err.h"
#include "job/worker.h"

/* Runs an import job to its end (struct job_kind of job/worker.h). */
int import_run(struct task *t, struct err *e);

#endif
