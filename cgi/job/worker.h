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
	const char *kind_name;
	const struct job_kind *kind;	/* of that name; NULL: this program has none */
	void *own;		/* of the kind, while it runs */
	const char *file_name;
	const char *admin_name;
	bool raw;		/* the values have no formula guard */
	bool dry_run;		/* it was sent to be checked */
	const char *options;	/* JSON object: what was asked for beside the file */
	char *options_read;	/* the same with what the reading found; NULL: nothing */
	const char *applied_by;	/* who asked that what was checked be applied; NULL: nobody */
	const char *plan_digest;	/* of its check; NULL: there was none */
	int64_t told_ms;		/* clock_ms when progress was last written */
	int64_t begun_ms;		/* clock_ms when this attempt began */
	long rows;		/* of what it works on, as far as they are known; for progress */
	long unmasked;		/* of the idle work: the last job whose upload could not be masked; 0: none */
};

/* Whether it shall have an effect: all but what is only checked. */
bool task_applies(const struct task *t);

/* A phase of a job, for its progress. */
#define JOB_PHASES_MAX 16
struct job_phase {
	const char *name;	/* as in progress_set */
	double cost;		/* expected, in microseconds; only its share of the sum counts */
};

/* A kind of job: what the queue and the worker must know of it.  What its input is,
 * an upload or anything else, is known to `run` alone. */
struct job_kind {
	const char *name;	/* job.kind in the database */
	unsigned right;		/* of whoever sends such a job, applies or cancels it */

	/* Writes the phases that this job goes through, in order, to `out`; returns their
	 * number.  While the input is being read, `grown` is how many times longer the
	 * whole is than the part that t->rows has counted; else 1. */
	size_t (*phases)(const struct task *t, double grown, struct job_phase out[JOB_PHASES_MAX]);

	/* Runs the job.  0: it has ended, and its row says so, in the transaction of its
	 * effect.  -1: it has not, `e` says why; the job is cancelled if somebody asked for
	 * that, else it is taken up again.  Statements of t->work fail with
	 * ERR_DB_CANCELED as soon as it is to be cancelled.  NULL: such a job is never
	 * queued, it is written down when it is done. */
	int (*run)(struct task *t, struct err *e);
};

/* What is done while no job waits, at most one step a call: 1 if there was
 * something to do, 0 if not, -1. */
typedef int job_idle(struct task *t, struct err *e);

/* Serves until SIGTERM, SIGQUIT or SIGINT, which end it at once where no job runs and
 * after the running job otherwise.  Reconnects for ever.  Returns 0, or -1
 * where it cannot begin. */
int worker_run(const struct conf *conf, const struct job_kind *kinds, size_t n,
    job_idle *idle, struct err *e);

/* Whether the worker is to end.  What takes long and can be done again stops then with
 * ERR_DB_CANCELED, and its job goes back to the queue. */
bool worker_stopping(void);

/* Writes how far the job is, at most a few times a second: `done` of `total` in the
 * phase's unit.  The beginning and the end of a phase are always written.  The
 * percentage of the whole job and its expected end follow from the kind's phases.
 * Returns 0, or -1, and then the caller must stop: the watch connection is lost, and
 * with it the job's lock, or the job was cancelled or taken over (ERR_DB_CANCELED). */
int progress_set(struct task *t, const char *phase, long done, long total, struct err *e);

#endif
