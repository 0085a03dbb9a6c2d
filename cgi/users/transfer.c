/* A job from its upload to its end.  Contract: transfer.h.
 *
 *   read     the upload goes into temporary tables; each cell is checked
 *   judge    in a transaction with the tenant's lock, the folders of checks are run
 *   hash     only if there is no error and the file has plain passwords: the transaction is
 *            rolled back, the passwords are hashed, and the job is judged again
 *   plan     only if the job was sent to be checked: it is applied and rolled back.  This ends
 *            the job, unless somebody has asked to apply exactly this plan
 *   apply    the folders of changes, the report and the job's end are one commit
 *
 * Another job may take a name first that is unique over all tenants: then the apply fails, the
 * job is judged again, and reports `taken`. */
#include "users/transfer.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "users/joblog.h"
#include "users/mapped.h"
#include "users/plan.h"

#define APPLY_ATTEMPTS 3
#define MANY_ROWS 1000	/* from so many rows on, the planner's statistics are updated after the job */

struct transfer {
	struct task *task;
	const struct transfer_kind *kind;
	struct mask *mask;
	struct staged staged;
	struct joblog log;
	long errors;		/* of the last judging */
	bool hashed;
	int failures;		/* how often applying failed because another job was faster */
};

/* Begins the job's transaction with its scope and locks.  Also -1 if another attempt has
 * taken the job over. */
static int enter(struct transfer *tr, struct err *e)
{
	const struct task *t = tr->task;
	struct db *db = t->work;
	PGresult *res = NULL;
	bool ours;

	if (db_begin_all(db, "", false, CALLS(
	    t->tenant_id == 0 ? (struct db_call){ "import_scope_all", NO_ARGS, NULL }
	    : (struct db_call){ "import_scope", ARGS(arg_long(t->tenant_id)), NULL },
	    { "import_enter", ARGS(arg_long(t->id), arg_long(t->conf->absent_limit)), NULL },
	    { "import_lock", ARGS(arg_long(t->tenant_id)), NULL },
	    { "import_mine", ARGS(arg_long(t->id), arg_long(t->attempt)), &res },
	    { "import_position", ARGS(arg_text(tr->staged.positions)), NULL }), e) != 0)
		return -1;
	ours = PQntuples(res) == 1 && db_get_bool(res, 0, "mine");
	PQclear(res);
	if (!ours)
		return err_set(e, ERR_DB_CANCELED, "job", "another attempt has taken it over");
	return 0;
}

/* Runs the checks, and counts the errors. */
static int judge(struct transfer *tr, const char *phase, struct err *e)
{
	struct task *t = tr->task;
	const char *const *columns = tr->staged.columns;
	PGresult *res = NULL;
	const struct db_call count = { "import_errors", NO_ARGS, &res };

	/* What an earlier judging has written was rolled back, but its pages would be read again. */
	if ((tr->hashed || tr->failures > 0) && db_query(t->work, "import_empty", ARGS(arg_bool(true)), NULL, e) != 0)
		return -1;
	if (!tr->staged.readable ? db_query_all(t->work, &count, 1, e) != 0
	    : progress_set(t, phase, 0, 1, e) != 0
	    || rules_run(t, tr->kind, columns, tr->kind->resolve, NULL, NULL, e) != 0
	    || rules_run(t, tr->kind, columns, tr->kind->checks, phase, &count, e) != 0)
		return -1;
	tr->errors = db_get_long(res, 0, "n");
	PQclear(res);
	return 0;
}

/* What follows the end of a large job: the first step of noting whom it changed, as until then pages of
 * the list compute it, each for itself; then the planner's statistics. */
static void follow_up(struct transfer *tr, bool applied)
{
	struct db *db = tr->task->work;
	struct err e = {0};

	if (tr->staged.rows < MANY_ROWS)
		return;
	if ((applied && db_query(db, "worker_search_refresh", NO_ARGS, NULL, &e) != 0)
	    || db_query(db, "worker_analyze_report", NO_ARGS, NULL, &e) != 0
	    || (applied && db_query(db, "worker_analyze_users", NO_ARGS, NULL, &e) != 0))
		log_err("after the job's end", &e);
}

/* Writes what the report lists: errors and warnings, with the rows that have them. */
static int list_issues(struct transfer *tr, struct err *e)
{
	struct task *t = tr->task;
	PGresult *res = NULL;
	bool any;

	if (db_query(t->work, "import_sheet_rows", NO_ARGS, &res, e) != 0)
		return -1;
	any = db_get_bool(res, 0, "has_issues");
	PQclear(res);
	if (!any)
		return 0;
	if (db_query(t->work, "import_issues", ARGS(arg_long(t->conf->max_issues)), NULL, e) != 0
	    || (!tr->kind->fileless && issue_rows_write(t, tr->kind->reader, e) != 0))
		return -1;
	return joblog_issues(&tr->log, e);
}

/* Writes the report and the job's end, and commits.  `plan` is the plan of a check, else NULL. */
static int end(struct transfer *tr, const char *state, const char *counts, const struct plan *plan,
    struct err *e)
{
	struct db *db = tr->task->work;
	PGresult *res = NULL;
	int rc;

	if (list_issues(tr, e) != 0
	    || db_query(db, "import_end", ARGS(arg_long(tr->task->id), arg_long(tr->task->attempt),
	    arg_text(state), arg_long(tr->staged.rows), arg_text(counts),
	    arg_text(plan != NULL ? plan->counts : NULL), arg_text(plan != NULL ? plan->digest : NULL)),
	    &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		rc = joblog_commit(&tr->log, state, tr->staged.rows, db_get_long(res, 0, "errors"),
		    db_get_long(res, 0, "warnings"), e);
	else
		rc = err_set(e, ERR_DB_CANCELED, "job", "it was cancelled, or another attempt has taken it over");
	PQclear(res);
	if (rc != 0)
		return -1;
	follow_up(tr, strcmp(state, "done") == 0);
	return 0;
}

/* Ends the job without applying it.  A masked copy of its file is kept for those who may see the
 * job. */
static int end_unapplied(struct transfer *tr, const char *state, const struct plan *plan, struct err *e)
{
	if (!tr->kind->fileless && tr->staged.readable && mask_keep(tr->mask, tr->task, e) != 0)
		return -1;
	return end(tr, state, "{}", plan, e);
}

static int apply(struct transfer *tr, struct arena *mem, struct err *e)
{
	struct task *t = tr->task;
	PGresult *res = NULL;
	const struct db_call count = { tr->kind->counts, NO_ARGS, &res };
	const char *counts;

	if (rules_run(t, tr->kind, tr->staged.columns, tr->kind->changes, "applying", &count, e) != 0)
		return -1;
	counts = arena_strdup(mem, db_get(res, 0, "counts"));
	PQclear(res);
	if (progress_set(t, "finishing", 0, 1, e) != 0
	    || (!tr->kind->fileless && mask_store(tr->mask, t, e) != 0))
		return -1;
	return end(tr, "done", counts, NULL, e);
}

/* Continues after the checks found no error: a check is planned, any other job is applied. */
static int carry_out(struct transfer *tr, struct arena *mem, struct err *e)
{
	static const char *const redraw[] = { "shared/redraw", NULL };
	struct task *t = tr->task;
	struct plan plan;

	if (tr->failures > 0 && tr->kind->table != NULL
	    && rules_run(t, tr->kind, tr->staged.columns, redraw, NULL, NULL, e) != 0)
		return -1;
	if (!t->dry_run)
		return apply(tr, mem, e);
	if (plan_make(t, tr->kind, tr->staged.columns, tr->hashed, mem, &plan, e) != 0)
		return -1;
	/* A plan is only applied if it is the one that somebody has seen and asked for. */
	return t->applied_by != NULL && strcmp(plan.digest, t->plan_digest) == 0
	    ? apply(tr, mem, e) : end_unapplied(tr, "checked", &plan, e);
}

/* Whether plain passwords must still be hashed.  A check hashes none before it is applied. */
static bool must_hash(const struct transfer *tr)
{
	return tr->staged.passwords > 0 && !tr->hashed && task_applies(tr->task);
}

/* One transaction, from the locks to the commit.  If passwords must still be hashed, it is
 * rolled back for that time, and *again is true. */
static int attempt(struct transfer *tr, struct arena *mem, bool *again, struct err *e)
{
	struct task *t = tr->task;
	bool to_hash = must_hash(tr);

	*again = false;
	if (enter(tr, e) != 0
	    || (t->applied_by != NULL
	    && db_query(t->work, "import_forget", ARGS(arg_long(t->id)), NULL, e) != 0)
	    || judge(tr, to_hash ? "checking" : "judging", e) != 0)
		return -1;
	if (tr->errors > 0)
		return end_unapplied(tr, "failed", NULL, e);
	if (!to_hash)
		return carry_out(tr, mem, e);
	db_rollback(t->work);
	if (hash_passwords(t, tr->kind->reader, tr->staged.passwords, e) != 0)
		return -1;
	tr->hashed = true;
	*again = true;
	return 0;
}

/* The costs are measured microseconds for a row with all columns.  Hashing a password takes some
 * hundred times as long, spread over all cores. */
size_t transfer_phases(const struct task *t, double grown, struct job_phase out[JOB_PHASES_MAX])
{
	const struct transfer *tr = t->own;
	long cores = t->conf->hash_processes > 0 ? t->conf->hash_processes : sysconf(_SC_NPROCESSORS_ONLN);
	double passwords = (double)tr->staged.passwords * grown / (double)(cores > 0 ? cores : 1);
	double rows = (double)t->rows * grown + 10;	/* a file of a few rows has phases too */
	bool applies = task_applies(t), hashes = applies && tr->staged.passwords > 0;
	const struct {
		bool has;
		struct job_phase phase;
	} all[] = {
		{ !tr->kind->fileless, { "reading", rows * 30 } },
		{ hashes, { "checking", rows * 20 } },
		{ hashes, { "hashing", passwords * 16000 } },
		{ true, { "judging", rows * 20 } },
		{ t->dry_run, { "planning", rows * 40 } },
		{ t->dry_run && tr->kind->compare != NULL, { "comparing", rows * 70 } },
		{ applies, { "applying", rows * 40 } },
		{ true, { "finishing", rows * 5 } },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i].has)
			out[n++] = all[i].phase;
	return n;
}

/* Reads the file.  If it is not UTF-8, and the tenant has a stored mapping for its names that
 * gives another encoding, it is read again in that encoding. */
static int read_file(struct transfer *tr, struct arena *mem, struct err *e)
{
	struct task *t = tr->task;
	bool told = false;

	if (stage_read(t, tr->kind->reader, tr->mask, mem, &tr->staged, e) != 0
	    || (tr->staged.misencoded && mapped_encoding(t, &told, e) != 0))
		return -1;
	if (!told)
		return 0;
	mask_free(tr->mask);
	tr->mask = mask_new();
	return stage_read(t, tr->kind->reader, tr->mask, mem, &tr->staged, e);
}

/* Fills the temporary tables from the upload; for a job without one they are only emptied. */
static int read_input(struct transfer *tr, struct arena *mem, struct err *e)
{
	if (!tr->kind->fileless)
		return read_file(tr, mem, e);
	tr->staged = (struct staged){ .readable = true };
	return stage_tables(tr->task, e);
}

int transfer_run(struct task *t, const struct transfer_kind *kind, struct err *e)
{
	struct transfer tr = { .task = t, .kind = kind, .mask = mask_new() };
	struct arena *mem = arena_new();
	bool again;
	int rc = -1;

	t->own = &tr;
	if (joblog_begin(&tr.log, t, e) != 0 || read_input(&tr, mem, e) != 0)
		goto out;
	do {
		rc = attempt(&tr, mem, &again, e);
		if (rc != 0) {
			db_rollback(t->work);
			again = (e->code == ERR_DB_UNIQUE || e->code == ERR_DB_RETRY)
			    && ++tr.failures < APPLY_ATTEMPTS;
		}
	} while (again);
out:
	t->own = NULL;
	stage_empty(t);
	joblog_close(&tr.log);
	mask_free(tr.mask);
	arena_free(mem);
	return rc;
}
