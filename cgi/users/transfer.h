/* Import, update and undo work in the same way: the input is read, checked, and applied in one
 * transaction, or its errors are reported.  A struct transfer_kind has what differs. */
#ifndef USERS_TRANSFER_H
#define USERS_TRANSFER_H

#include <stdbool.h>

#include "base/err.h"
#include "csv/reader.h"
#include "job/worker.h"
#include "users/mask.h"

#define TRANSFER_FOLDERS 3

struct transfer_kind {
	enum reader_kind reader;			/* how its file is read */
	bool fileless;					/* it has no file: its input is in the database */
	const char *resolve[TRANSFER_FOLDERS];		/* folders that find what each row names; NULL ends them */
	const char *checks[TRANSFER_FOLDERS];		/* folders of rules */
	const char *changes[TRANSFER_FOLDERS];		/* folders of what is applied */
	/* What rules mean by {plan}, the rows with what they name, and by {table}, the temporary table of
	 * these rows; NULL: no rule says it. */
	const char *rows, *table;
	const char *counts;				/* query: what was done, as one JSON object */
	/* For a check (users/plan.h). */
	const char *plan;				/* query: what would be done, as one JSON object */
	const char *planned;				/* query: stores the users that it would make; NULL: none */
	const char *digest;				/* query: the digest of the plan, cell by cell */
	const char *after_save, *after_load;		/* queries: the users as they would be; NULL: not compared */
	const char *compare;				/* file below sql/ that compares them with the stored ones */
};

/* The functions `phases` and `run` of struct job_kind (job/worker.h) for such a job. */
size_t transfer_phases(const struct task *t, double grown, struct job_phase out[JOB_PHASES_MAX]);
int transfer_run(struct task *t, const struct transfer_kind *kind, struct err *e);

/* --- the steps, each in the file of its name -------------------------------------- */

/* stage.c */
struct staged {
	long rows;
	long errors;		/* in cells, or of the file */
	long passwords;		/* plain ones, to be hashed */
	bool readable;		/* no file error: its records can be read again */
	bool misencoded;	/* the file error is that it is not UTF-8 */
	const char *const *columns;	/* ours that the file gives, in stage_read's arena; NULL ends them */
	const char *positions;	/* the same with their places: the rows of the table position, as JSON */
};

/* Makes the temporary tables of t->work if they are not there, and empties them if a job may have left
 * something there. */
int stage_tables(struct task *t, struct err *e);

/* Empties them after a job, so that the next one need not wait for that.  If it fails, stage_tables does it. */
void stage_empty(struct task *t);

/* Makes or empties the temporary tables of t->work.  Fills stage and issue from the job's
 * upload, and `mask` with its masked copy.  Returns 0 or -1. */
int stage_read(struct task *t, enum reader_kind kind, struct mask *mask, struct arena *mem, struct staged *out,
    struct err *e);

/* rules.c: runs the SQL files of the folders ("import/check"; NULL ends the list) on t->work, for an upload
 * with these columns (struct staged), in the order of their names, whichever folder they are in, and writes
 * progress under `phase` (NULL: none).  {plan} and {table} in them are the kind's rows and table.  The first line of
 * a file is the rule in English.  A line `-- columns: a b` leaves the file out if the upload has none of these
 * columns; `phone.*` is all columns of that resource.  `-- without columns: a b` leaves it out if the upload
 * has one of them.  A line `-- rows of TABLE: CONDITION` leaves the file out if no row of the table
 * meets the condition before the folders are run, a line `-- twice in TABLE: EXPRESSION` if no two
 * rows of a large job have the same value; with several such lines, if none is met.  Each table is
 * scanned once for all conditions, and sorted by each expression, so this is best a number.
 *
 * A query follows the last rule: `then`, or NULL for none.
 *
 * Rules of a small job run in one call, as a function of the connection, which keeps their plans:
 * the files are statements that PL/pgSQL runs too.
 * Returns 0 or -1 (place = the file, or the query of small jobs). */
int rules_run(struct task *t, const struct transfer_kind *kind, const char *const *columns,
    const char *const *folders, const char *phase, const struct db_call *then, struct err *e);

/* hash_passwords.c: reads the upload once more and fills the table hash of t->work with the
 * yescrypt hash (crypt(5)) of each of its `total` plain passwords, on all cores.  Helpers are
 * forked and do nothing else; a plain password is never in a table.  Returns 0 or -1. */
int hash_passwords(struct task *t, enum reader_kind kind, long total, struct err *e);

/* issue_rows.c: the rows that a report shows beside its errors and warnings.  Reads the upload
 * once more and writes each row that has an issue (job_issue) to job_issue_row, in the
 * transaction that is open on t->work: a JSON object of its cells under the columns' new
 * names, long ones cut.  Secret cells are masked.  A whole row is masked if its cells do not
 * fit a header with secrets, as they may stand under another column.  Reads nothing if no row
 * has an issue.  Returns 0 or -1. */
int issue_rows_write(struct task *t, enum reader_kind kind, struct err *e);

#endif
