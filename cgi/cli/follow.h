/* Waiting for a job, and its report as text. */
#ifndef CLI_FOLLOW_H
#define CLI_FOLLOW_H

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "job/queue.h"

/* Waits until the job has ended and fills `out` (texts in `mem`).  What goes on
 * is told on standard error: a bar on a terminal, else a line a phase. */
int follow_job(struct db *db, const struct principal *who, long id, struct arena *mem,
    struct job *out, struct err *e);

/* Prints how an ended job ended on standard output: a sentence, then a line for
 * each error and each warning. */
int follow_report(struct db *db, const struct principal *who, const struct job *job, struct err *e);

#endif
