/* The worker: takes jobs one at a time and hands them to their kind.
 *
 * Two connections: `watch` holds the session lock that says the job's worker is
 * alive, reads the upload and writes progress; `work` runs the one transaction
 * of the job.  A worker that dies at any moment leaves nothing half done: the
 * lock is free at once, the transaction is undone, the job is taken up again. */
#ifndef JOB_WORKER_H
#define JOB_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

/* A job that was taken. */
struct task {
	const struct conf *conf;
	struct db *watch;
	struct db *work;
	unsigned listening;	/* session of `watch` that listens; 0: none */
	long id;
	long tenant_id;		/* 0: over all tenants */
	long attempt;		/* fences the job's end: a later attempt wins */
	long nth;		/* attempt, as people count: from 1 again where what was checked is applied */
	long bytes;
	const char *kind;
	const char *file_name;
	const char *admin_name;
	bool raw;		/* the values have no formula guard */
	bool dry_run;		/* it was sent to be checked */
	const char *applied_by;	/* who asked that what was checked be applied; NULL: nobody */
	const char *plan_digest;	/* of its check; NULL: there was none */
	int64_t told_ms;		/* clock_ms when progress was last written */
	int64_t begun_ms;		/* clock_ms when this attempt began */
	long rows, passwords;	/* of the file, as far as it has been read; for progress */
	long unmasked;		/* of the idle work: the last job whose upload could not be masked; 0: none */
};

/* Whether it shall have an effect: all but what is only checked. */
bool task_applies(const struct task *t);

/* What is done for one kind of job.  0: the job has ended and its row says so,
 * in the transaction of its effect.  -1: it has not, `e` says why; where somebody
 * asked for that it is cancelled then, else it is taken up again.  Statements of
 * t->work fail with ERR_DB_CANCELED as soon as it is to be cancelled. */
struct job_kind {
	const char *name;
	int (*run)(struct task *t, struct err *e);
};

/* What is done while no job waits, at most one step a call: 1 where there was
 * something to do, 0 where not, -1. */
typedef int job_idle(struct task *t, struct err *e);

/* Serves until SIGTERM, SIGQUIT or SIGINT, which end it at once where no job runs and
 * after the running job otherwise.  Reconnects for ever.  Returns 0, or -1
 * where it cannot begin. */
int worker_run(const struct conf *conf, const struct job_kind *kinds, size_t n,
    job_idle *idle, struct err *e);

/* Whether the worker is to end.  What takes long and can be done again stops then with
 * ERR_DB_CANCELED, and its job goes back to the queue. */
bool worker_stopping(void);

/* Writes how far the job is, at most a few times a second; `done` of `total` in
 * the phase's unit.  A change of phase is always written.  What percentage of the
 * whole job that is, and when it is expected to end, comes from t->rows and
 * t->passwords.  -1 where the watch connection is lost, with it the job's lock, or
 * where the job was cancelled or taken over (ERR_DB_CANCELED): the caller must stop. */
int progress_set(struct task *t, const char *phase, long done, long total, struct err *e);

#endif
