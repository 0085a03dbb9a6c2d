/* Old jobs are forgotten. */
#ifndef JOB_FORGET_H
#define JOB_FORGET_H

#include "base/err.h"
#include "job/worker.h"

/* Idle work (job_idle): deletes one job that ended more than conf->history_days ago
 * with its report, log lines and upload; the users stay.  0 days: none ever.  1 where
 * there was one, 0, or -1. */
int job_forget(struct task *t, struct err *e);

#endif
