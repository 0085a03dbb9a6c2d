/* The stored upload of a job: read by its worker, and by those who may download the file of a
 * job that has ended; deleted by those who may send such files. */
#ifndef JOB_STORED_H
#define JOB_STORED_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"
#include "job/worker.h"

/* Takes the next bytes of a file.  Returns false to stop the reading. */
typedef bool stored_piece(void *ctx, const char *bytes, size_t n);

/* Calls `piece` with the bytes of the task's upload, in order.  They are read on the watch
 * connection, because the work connection may be in a COPY.  Returns 0, also after a stop, or
 * -1. */
int stored_each_of_task(struct task *t, stored_piece *piece, void *ctx, struct err *e);

enum stored_as {
	STORED_NOT,		/* not, or not any more */
	STORED_MASKED,		/* with its secret cells masked, for all who may see the job */
	STORED_AS_SENT		/* unchanged, for the administrator who sent it, while it is kept */
};

/* The file of a job, for one administrator. */
struct stored_file {
	struct db *db;
	const struct conf *conf;
	const struct principal *who;
	const char *token;	/* the session's cookie: shows whether its administrator sent the file */
	long job;
	const char *options;	/* the job's options (JSON), which say how to read the file; NULL: none */
	/* Set by stored_find. */
	enum stored_as as;
	bool misencoded;	/* stored as sent, and refused for its encoding */
	long bytes;		/* of the file as it was sent */
};

/* Finds out which form of the file `who` can have, and sets the last members.  Returns 0 or -1. */
int stored_find(struct stored_file *f, struct err *e);

/* Calls `piece` with the bytes of a file that stored_find has found.  No transaction is open
 * while `piece` runs, so a slow client blocks nobody.  Returns 0, also after a stop, or -1:
 * ERR_NOT_FOUND if the file has been masked or deleted meanwhile. */
int stored_each(const struct stored_file *f, stored_piece *piece, void *ctx, struct err *e);

/* Jobs that have ended and whose files are stored. */
struct stored_choice {
	const char *kinds;	/* their kinds, as an array of PostgreSQL (kinds_allowed) */
	long job;		/* one of them; 0: all in the scope */
	long older_than;	/* only those that ended so many days ago; 0: all */
};

/* Counts the jobs of `choice`, and the bytes that were sent for them.  Returns 0 or -1. */
int stored_count(struct db *db, const struct principal *who, const struct stored_choice *choice,
    long *jobs, long *bytes, struct err *e);

/* Deletes their files, in the name of `who`, and counts them in the same way; the jobs stay.  `address` is
 * for the audit, which gets one row unless there were none.  Returns 0 or -1. */
int stored_delete(struct db *db, const struct principal *who, const char *address,
    const struct stored_choice *choice, long *jobs, long *bytes, struct err *e);

#endif
