/* Retention: old uploads are masked, old jobs and audit rows are deleted. */
#ifndef USERS_RETENTION_H
#define USERS_RETENTION_H

#include "base/err.h"
#include "job/worker.h"

/* One step of the worker's idle work (job_idle).  It masks the secrets of one upload that is older
 * than conf->retention_hours.  If there is none, it deletes the secrets that one job changed more
 * than conf->undo_days ago; then one job that ended more than conf->history_days ago (0: never)
 * with its report, log and upload, but not its users; then audit rows older than
 * conf->audit_days.  Returns 1 if there was something to do, 0 if not, or -1. */
int retention_step(struct task *t, struct err *e);

#endif
