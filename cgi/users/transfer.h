/* Import, update and undo are one thing: what is asked for is read, judged and applied in
 * one transaction, or reported.  What differs is in this table's rows. */
#ifndef USERS_TRANSFER_H
#define USERS_TRANSFER_H

#include <stdbool.h>

#include "base/err.h"
#include "csv/reader.h"
#include "job/worker.h"

#define TRANSFER_FOLDERS 3

struct transfer_kind {
	enum reader_kind reader;			/* of its file */
	bool fileless;					/* it has none: what it does is in the database */
	const char *resolve[TRANSFER_FOLDERS];		/* folders that find what each row names; NULL ends them */
	const char *checks[TRANSFER_FOLDERS];		/* folders of rules */
	const char *changes[TRANSFER_FOLDERS];		/* folders of what is applied */
	const char *counts;				/* query: what was done, as one JSON object */
	/* Of a check (users/plan.h). */
	const char *plan;				/* query: what would be done, as one JSON object */
	const char *planned;				/* query that keeps whom it would make; NULL: none */
	const char *digest;				/* query: of the plan cell by cell, as a text */
	const char *after_save, *after_load;		/* queries: users as they would be; NULL: not compared */
	const char *compare;				/* file below sql/ that compares them */
};

/* The phases and the run of such a job, as struct job_kind (job/worker.h) asks. */
size_t transfer_phases(const struct task *t, double grown, struct job_phase out[JOB_PHASES_MAX]);
int transfer_run(struct task *t, const struct transfer_kind *kind, struct err *e);

#endif
