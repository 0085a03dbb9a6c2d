/* Waiting for a job, and asking for its cancellation on the way. */
#ifndef CLI_FOLLOW_H
#define CLI_FOLLOW_H

#include <stdbool.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "job/queue.h"

/* From now on SIGINT and SIGTERM only ask: follow_interrupted says so, and follow_job
 * cancels.  A second one ends the program at once. */
void follow_catch(void);
bool follow_interrupted(void);

/* Waits until the job has ended and fills `out` (texts in `mem`).  What goes on
 * is told on standard error: a bar on a terminal, else a line a phase.  Where it is
 * interrupted it asks for the job's cancellation and goes on waiting.  At its end
 * the signals are as they were before follow_catch. */
int follow_job(struct db *db, const struct principal *who, long id, struct arena *mem,
    struct job *out, struct err *e);

#endif
