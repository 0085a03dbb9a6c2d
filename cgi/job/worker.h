/* The worker: takes jobs and runs them. */
#ifndef JOB_WORKER_H
#define JOB_WORKER_H

#include "base/conf.h"
#include "base/err.h"

/* Runs jobs until SIGTERM.  Returns 0, or -1 with `e`. */
int worker_run(const struct conf *conf, struct err *e);

#endif
