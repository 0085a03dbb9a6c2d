/* The update: a stored upload changes the users that its uuids name, or none. */
#ifndef USERS_UPDATE_H
#define USERS_UPDATE_H

#include "base/err.h"
#include "job/worker.h"

/* Runs an update job to its end (struct job_kind of job/worker.h). */
int update_run(struct task *t, struct err *e);

#endif
