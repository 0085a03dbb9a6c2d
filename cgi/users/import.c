/* The import job.  Contract: import.h.
 *
 *   read     the upload into temporary tables, each cell checked
 *   judge    in a transaction with the tenant's lock: sql/import/check
 *   hash     only where nothing is wrong: then the judging transaction is left
 *            for the time that hashing takes, and judged again after it
 *   apply    sql/import/apply, the report and the job's end in one commit
 *
 * Somebody else may be faster with a name that is unique over all tenants: then
 * the apply fails, and everything is judged again, which says `taken`. */
#include "users/import.h"

#include <stdio.h>

#include "base/arena.h"
#include "users/hash.h"
#include "users/joblog.h"
#include "users/mask.h"
#include "users/rules.h"
#include "users/stage.h"

#define APPLY_ATTEMPTS 3

struct import {
	struct task *task;
	struct staged staged;
	struct joblog log;
	long errors;		/* of the last judging */
	bool hashed;
	char id[24];
	char tenant[24];
	char attempt[24];
};

/* Begins the job's transaction with its scope and locks.  -1 too where another
 * attempt has taken the job over. */
static int enter(struct import *im, struct err *e) {
	struct db *db = im->task->work;
	const char *const scope[] = { im->id, im->tenant };
	const char *const lock[] = { im->tenant };
	const char *const mine[] = { im->id, im->attempt };
	PGresult *res = NULL;
	bool ours;

	if (db_begin(db, "", false, e) != 0)
		return -1;
	if (db_query(db, "import_enter", 2, scope, NULL, e) != 0
	    || db_query(db, "import_lock", 1, lock, NULL, e) != 0
	    || db_query(db, "import_mine", 2, mine, &res, e) != 0)
		return -1;
	ours = PQntuples(res) == 1 && db_get_bool(res, 0, "mine");
	PQclear(res);
	if (!ours)
		return err_set(e, ERR_DB_CANCELED, "job", "another attempt has taken it over");
	return 0;
}

static int count_errors(struct import *im, struct err *e) {
	PGresult *res = NULL;

	if (db_query(im->task->work, "import_errors", 0, NULL, &res, e) != 0)
		return -1;
	im->errors = db_get_long(res, 0, "n");
	PQclear(res);
	return 0;
}

static int judge(struct import *im, const char *phase, struct err *e) {
	if (im->staged.readable && (db_run_file(im->task->work, "import/resolve.sql", NULL, e) != 0
	    || rules_run(im->task, "import/check", phase, e) != 0))
		return -1;
	return count_errors(im, e);
}

/* The counts of what was made; NULL with `e`. */
static const char *count_made(struct import *im, struct arena *mem, struct err *e) {
	PGresult *res = NULL;
	const char *counts;

	if (db_query(im->task->work, "import_counts", 0, NULL, &res, e) != 0)
		return NULL;
	counts = arena_strdup(mem, db_get(res, 0, "counts"));
	PQclear(res);
	return counts;
}

/* The job's last words and the commit that makes everything true at once. */
static int end(struct import *im, const char *state, const char *counts, struct err *e) {
	struct db *db = im->task->work;
	char rows[24];
	const char *const params[] = { im->id, im->attempt, state, rows, counts };
	PGresult *res = NULL;
	int rc;

	snprintf(rows, sizeof rows, "%ld", im->staged.rows);
	if (db_query(db, "import_issues", 0, NULL, NULL, e) != 0
	    || joblog_issues(&im->log, e) != 0
	    || db_query(db, "import_end", 5, params, &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		rc = joblog_result(&im->log, state, im->staged.rows, db_get_long(res, 0, "errors"),
		    db_get_long(res, 0, "warnings"), e);
	else
		rc = err_set(e, ERR_DB_CANCELED, "job", "another attempt has taken it over");
	PQclear(res);
	if (rc != 0 || db_commit(db, e) != 0)
		return -1;
	joblog_committed(&im->log);
	return 0;
}

static int apply(struct import *im, struct err *e) {
	struct task *t = im->task;
	struct arena *mem = arena_new();
	const char *counts = NULL;
	int rc = -1;

	if (rules_run(t, "import/apply", "applying", e) == 0
	    && (counts = count_made(im, mem, e)) != NULL
	    && progress_set(t, "finishing", 0, 1, e) == 0
	    && mask_upload(t, READER_IMPORT, im->staged.secrets, e) == 0)
		rc = end(im, "done", counts, e);
	arena_free(mem);
	return rc;
}

/* One transaction, from the locks to the commit.  Where passwords are still to
 * be hashed it ends without a trace, and *again says so. */
static int attempt(struct import *im, bool *again, struct err *e) {
	bool to_hash = im->staged.passwords > 0 && !im->hashed;

	*again = false;
	if (enter(im, e) != 0 || judge(im, to_hash ? "checking" : "judging", e) != 0)
		return -1;
	if (im->errors > 0)
		return end(im, "failed", "{}", e);
	if (!to_hash)
		return apply(im, e);
	db_rollback(im->task->work);
	if (hash_passwords(im->task, READER_IMPORT, im->staged.passwords, e) != 0)
		return -1;
	im->hashed = true;
	*again = true;
	return 0;
}

int import_run(struct task *t, struct err *e) {
	struct import im = { .task = t };
	bool again = true;
	int rc = 0;

	snprintf(im.id, sizeof im.id, "%ld", t->id);
	snprintf(im.tenant, sizeof im.tenant, "%ld", t->tenant_id);
	snprintf(im.attempt, sizeof im.attempt, "%ld", t->attempt);
	if (joblog_begin(&im.log, t, e) != 0 || stage_read(t, READER_IMPORT, &im.staged, e) != 0)
		again = false, rc = -1;
	for (int failures = 0; again;) {
		rc = attempt(&im, &again, e);
		if (rc == 0)
			continue;
		db_rollback(t->work);
		again = (e->code == ERR_DB_UNIQUE || e->code == ERR_DB_RETRY) && ++failures < APPLY_ATTEMPTS;
	}
	joblog_close(&im.log);
	return rc;
}
