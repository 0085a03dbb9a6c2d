/* What is no longer kept: old uploads as they were sent, and old jobs. */
#ifndef USERS_RETENTION_H
#define USERS_RETENTION_H

#include "base/err.h"
#include "job/worker.h"

/* One step of the worker's idle work (job_idle): masks the secrets of one upload that
 * is older than conf->retention_hours; if there is none, deletes the secrets among what
 * one job changed more than conf->undo_days ago, then one job that ended
 * more than conf->history_days ago (0: never) with its report, log and upload.  The
 * users stay.  Returns 1 if there was something to do, 0, or -1. */
int retention_step(struct task *t, struct err *e);

#endif
