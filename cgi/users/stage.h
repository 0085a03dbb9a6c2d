/* Reading: a stored upload becomes rows of the table stage and issues. */
#ifndef USERS_STAGE_H
#define USERS_STAGE_H

#include "base/err.h"
#include "csv/reader.h"
#include "job/worker.h"
#include "users/mask.h"

struct staged {
	long rows;
	long errors;		/* in cells, or of the file */
	long passwords;		/* plain ones, to be hashed */
	bool readable;		/* no file error: its records can be read again */
	bool misencoded;	/* the file error is that it is not UTF-8 */
};

/* Makes the temporary tables of t->work where they are not there, else empties them. */
int stage_tables(struct task *t, struct err *e);

/* Empties the temporary tables of t->work and fills stage, position and issue
 * from the job's upload, and `mask` with its masked copy. */
int stage_read(struct task *t, enum reader_kind kind, struct mask *mask, struct staged *out,
    struct err *e);

#endif
