/* The worker: takes jobs one at a time and runs them by their kind.
 *
 * It has two connections.  `watch` holds the session lock that shows that the job's worker is
 * alive, reads the upload and writes progress.  `work` runs the job's one transaction.  A worker
 * that dies at any moment leaves nothing half done: the server releases the lock and rolls the
 * transaction back at once, and another worker takes the job. */
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
	unsigned listening;	/* db_session of `watch` in which LISTEN was sent; 0: none */
	int64_t looked_ms;	/* clock_ms when the connections were last checked; 0: they have to be */
	unsigned has_tables;	/* db_session of `work` in which the temporary tables were made; 0: none */
	bool fills_tables;	/* a job may have left something in them */
	long id;
	long tenant_id;		/* 0: over all tenants */
	long attempt;		/* fences the job's end: a later attempt wins */
	long nth;		/* the attempt as people count: begins at 1 again when a checked job is applied */
	long bytes;
	const char *kind_name;
	const struct job_kind *kind;	/* the kind of that name; NULL: this program does not know it */
	void *own;		/* for the kind's own use while the job runs */
	const char *file_name;
	const char *admin_name;
	bool raw;		/* the values have no formula guard */
	bool dry_run;		/* it was sent to be checked */
	const char *options;	/* JSON object: the job's options (users/options.h) */
	char *options_read;	/* the same, with what the reading has found out; NULL: nothing */
	const char *applied_by;	/* who asked to apply the checked job; NULL: nobody */
	const char *plan_digest;	/* of its check; NULL: it was not checked */
	int64_t told_ms;		/* clock_ms when progress was last written */
	const char *told_phase;		/* its phase; NULL: none of this attempt */
	int64_t begun_ms;		/* clock_ms when this attempt began */
	long rows;		/* rows that are known so far; for progress */
	long unmasked;		/* for the idle work: the last job whose upload could not be masked; 0: none */
};

/* Whether the job changes data; false if it is only checked. */
bool task_applies(const struct task *t);

/* Whether its upload is so short that what saves time for many rows costs more than it saves. */
bool task_is_short(const struct task *t);

/* A phase of a job, for its progress. */
#define JOB_PHASES_MAX 16
struct job_phase {
	const char *name;	/* as in progress_set */
	double cost;		/* expected microseconds; only the share of the sum counts */
};

/* A kind of job: what the queue and the worker need to know.  Only `run` knows the input, which
 * may be an upload or anything else. */
struct job_kind {
	const char *name;	/* job.kind in the database */
	unsigned right;		/* needed to send, apply or cancel such a job */

	/* Writes the phases of this job, in order, to `out` and returns their number.  While the
	 * input is read, `grown` is the length of the whole input divided by the part that
	 * t->rows counts; else 1. */
	size_t (*phases)(const struct task *t, double grown, struct job_phase out[JOB_PHASES_MAX]);

	/* Runs the job.  Returns 0 if it has ended: its row says so, in the same transaction as
	 * its effect.  Returns -1 with `e` if it has not ended: the job is cancelled if somebody
	 * asked for that, else it is tried again.  When it is to be cancelled, statements of
	 * t->work fail with ERR_DB_CANCELED.  NULL: such a job is never queued; its row is only
	 * added after the work was done. */
	int (*run)(struct task *t, struct err *e);
};

/* Work that is done while no job waits, one step in each call.  Returns 1 if there was something
 * to do, 0 if not, or -1. */
typedef int job_idle(struct task *t, struct err *e);

/* Runs jobs until SIGTERM, SIGQUIT or SIGINT; a running job is finished first.  If the database
 * is lost it tries to reconnect without end.  Returns 0, or -1 if it cannot start. */
int worker_run(const struct conf *conf, const struct job_kind *kinds, size_t n,
    job_idle *idle, struct err *e);

/* Whether the worker has to end.  Long work that can be repeated then stops with
 * ERR_DB_CANCELED, and its job goes back to the queue. */
bool worker_stopping(void);

/* Writes the progress of the job, at most a few times a second: `done` of `total` in the phase's
 * unit.  The beginning and the end of a phase, a static text, are always written.  The percentage
 * of the whole job and its expected end are computed from the kind's phases.  The database's answer is not
 * waited for: the next call reads it.  Returns 0, or -1, after which the caller must stop: the watch connection is
 * lost, and with it the job's lock, or the job was cancelled or taken over by another worker (ERR_DB_CANCELED). */
int progress_set(struct task *t, const char *phase, long done, long total, struct err *e);

#endif
