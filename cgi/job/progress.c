/* The progress of a job.  Contract: progress_set of worker.h. */
#include <string.h>

#include "base/clock.h"
#include "job/worker.h"

#define PROGRESS_PAUSE_MS 250

/* Before this time the speed of an attempt is too uncertain to estimate its end. */
#define EXPECT_AFTER_MS 1500

/* The part of the job that is done, 0..1.  While the input is read, its rest is assumed to be
 * like its beginning. */
static double share(const struct task *t, const char *phase, long done, long total)
{
	struct job_phase phases[JOB_PHASES_MAX];
	double part = total > 0 && done > 0 ? (double)done / (double)total : 0;
	double before = 0, all = 0;
	bool passed = false;
	size_t n = t->kind->phases(t, strcmp(phase, "reading") == 0 && part > 0 ? 1 / part : 1, phases);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(phases[i].name, phase) == 0) {
			before = all + phases[i].cost * (part < 1 ? part : 1);
			passed = true;
		}
		all += phases[i].cost;
	}
	return passed && all > 0 ? before / all : 0;
}

/* Reads what the database said to the progress that was written before: -1 if the job is no longer this
 * attempt's, or was cancelled. */
static int check(struct task *t, struct err *e)
{
	PGresult *res;
	int rc = 0;

	if (t->told_phase == NULL)
		return 0;
	/* The table was locked, for example by a migration that waits for this job: that is written later. */
	if (db_answer(t->watch, &res, e) != 0)
		return e->code == ERR_DB_RETRY ? 0 : -1;
	if (PQntuples(res) != 1)
		rc = err_set(e, ERR_DB_CANCELED, "job", "another attempt has taken it over");
	else if (db_get_bool(res, 0, "cancelled"))
		rc = err_set(e, ERR_DB_CANCELED, "job", "it was cancelled");
	PQclear(res);
	return rc;
}

int progress_set(struct task *t, const char *phase, long done, long total, struct err *e)
{
	struct db_arg left = arg_null();
	double is_done;
	/* A phase of two steps begins twice, but is written once. */
	bool begins = t->told_phase == NULL || strcmp(t->told_phase, phase) != 0;
	int64_t elapsed;

	if (!begins && done < total && clock_ms() - t->told_ms < PROGRESS_PAUSE_MS)
		return 0;
	if (check(t, e) != 0)
		return -1;
	is_done = share(t, phase, done, total);
	elapsed = clock_ms() - t->begun_ms;
	if (elapsed >= EXPECT_AFTER_MS && is_done > 0)
		left = arg_double((double)elapsed / 1000 * (1 - is_done) / is_done);
	t->told_ms = clock_ms();
	t->told_phase = phase;
	/* A job that has not ended is at 99 percent at most.  It does not wait until that is written. */
	return db_post(t->watch, "worker_progress", ARGS(arg_long(t->id), arg_text(phase), arg_long(done),
	    arg_long(total), arg_long(t->attempt), arg_long((long)(is_done * 99)), left,
	    arg_long(t->rows)), e);
}
