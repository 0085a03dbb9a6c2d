/* How far a job is, for whoever watches it. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "job/worker.h"

#define PROGRESS_PAUSE_MS 250

/* Of an attempt too young its speed says nothing. */
#define EXPECT_AFTER_MS 1500

/* Which jobs have a phase. */
enum who { ALL, HASHING, PLANNING, COMPARING, APPLYING };

/* The phases in their order, and what each costs: microseconds a row, as measured
 * with full rows.  Hashing costs a password some hundred times that, on all cores;
 * checking is the judging before it; planning is applying that is rolled back, and
 * comparing looks for the cells that an update would change.  The share of a phase is
 * its part of the sum over the phases that the job has. */
static const struct phase {
	const char *name;
	double row, password;
	enum who who;
} phases[] = {
	{ "reading",   30, 0,     ALL },
	{ "checking",  20, 0,     HASHING },
	{ "hashing",   0,  16000, HASHING },
	{ "judging",   20, 0,     ALL },
	{ "planning",  40, 0,     PLANNING },
	{ "comparing", 70, 0,     COMPARING },
	{ "applying",  40, 0,     APPLYING },
	{ "finishing", 5,  0,     ALL },
};

static bool has_phase(const struct task *t, const struct phase *p)
{
	switch (p->who) {
	case HASHING:
		return task_applies(t) && t->passwords > 0;
	case PLANNING:
		return t->dry_run;
	case COMPARING:
		return t->dry_run && strcmp(t->kind, "update") == 0;
	case APPLYING:
		return task_applies(t);
	case ALL:
		break;
	}
	return true;
}

/* What a phase costs this job, of which so many rows and passwords are expected. */
static double cost(const struct task *t, const struct phase *p, double rows, double passwords)
{
	long cores = t->conf->hash_processes > 0 ? t->conf->hash_processes : sysconf(_SC_NPROCESSORS_ONLN);

	if (!has_phase(t, p))
		return 0;
	return rows * p->row + passwords * p->password / (double)(cores > 0 ? cores : 1);
}

/* The part of the job that is done, 0..1.  While it is read, the rest of the file is
 * taken to be like its beginning; a file of a few rows has phases all the same. */
static double share(const struct task *t, const char *phase, long done, long total)
{
	double part = total > 0 && done > 0 ? (double)done / (double)total : 0;
	double grown = strcmp(phase, "reading") == 0 && part > 0 ? 1 / part : 1;
	double before = 0, all = 0;
	bool passed = false;

	for (size_t i = 0; i < sizeof(phases) / sizeof(*phases); i++) {
		double costs = cost(t, &phases[i], (double)t->rows * grown + 10, (double)t->passwords * grown);
		if (strcmp(phases[i].name, phase) == 0) {
			before = all + costs * (part < 1 ? part : 1);
			passed = true;
		}
		all += costs;
	}
	return passed ? before / all : 0;
}

/* The answer of the row: not this attempt's any more, or cancelled. */
static int check(const PGresult *res, struct err *e)
{
	if (PQntuples(res) != 1)
		return err_set(e, ERR_DB_CANCELED, "job", "another attempt has taken it over");
	if (db_get_bool(res, 0, "cancelled"))
		return err_set(e, ERR_DB_CANCELED, "job", "it was cancelled");
	return 0;
}

int progress_set(struct task *t, const char *phase, long done, long total, struct err *e)
{
	struct db_arg left = arg_null();
	PGresult *res = NULL;
	double is_done;
	int64_t elapsed;
	int rc;

	if (done > 0 && done < total && clock_ms() - t->told_ms < PROGRESS_PAUSE_MS)
		return 0;
	is_done = share(t, phase, done, total);
	elapsed = clock_ms() - t->begun_ms;
	if (elapsed >= EXPECT_AFTER_MS && is_done > 0)
		left = arg_double((double)elapsed / 1000 * (1 - is_done) / is_done);
	t->told_ms = clock_ms();
	/* A job that has not ended is at 99 percent at most. */
	int sent = db_query(t->watch, "worker_progress", ARGS(arg_long(t->id), arg_text(phase), arg_long(done),
	    arg_long(total), arg_long(t->attempt), arg_long((long)(is_done * 99)), left,
	    arg_long(t->rows)), &res, e);
	/* Somebody has the table, as a migration that waits for this very job: later. */
	if (sent != 0 && e->code == ERR_DB_RETRY)
		return 0;
	if (sent != 0)
		return -1;
	rc = check(res, e);
	PQclear(res);
	return rc;
}
