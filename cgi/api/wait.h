/* Waits for the end of a job, as long as the client wants. */
#ifndef API_WAIT_H
#define API_WAIT_H

#include "api/api.h"
#include "job/queue.h"

/* Waits for the job's end, as long as the header Prefer says (RFC 7240: `wait=N`, or
 * `respond-async` for none; never above the setting), then looks at it.  Where the database is lost by then, *out
 * stays what the caller knew, as a job that has not ended: it is stored. */
int wait_preferred(struct api *a, long id, struct job *out, struct err *e);

/* The same for so many seconds, whatever the client prefers. */
int wait_seconds(struct api *a, long id, long seconds, struct job *out, struct err *e);

/* As wait_preferred, and answers with the result.  Where the database is lost before it can be read,
 * the answer is 202 with the job's address, made of what is `known` of it: it is stored. */
int wait_answer(struct api *a, long id, const struct job *known, struct err *e);

#endif
