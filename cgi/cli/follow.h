/* Waiting for a job, and asking for its cancellation on the way. */
#ifndef CLI_FOLLOW_H
#define CLI_FOLLOW_H

#include <stdbool.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "job/queue.h"

/* From now on SIGINT and SIGTERM are only noted: follow_interrupted is true, and
 * follow_job cancels the job.  A second signal ends the program at once. */
void follow_catch(void);
bool follow_interrupted(void);

/* Waits until the job has ended and fills `out` (texts in `mem`).  Progress goes to
 * standard error: a bar on a terminal, else a line a phase.  After a signal it cancels the
 * job and goes on waiting.  When it returns, signals are handled as before follow_catch. */
int follow_job(struct db *db, const struct principal *who, long id, struct arena *mem,
    struct job *out, struct err *e);

#endif
