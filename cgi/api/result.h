/* The result of a job as JSON, byte for byte the same for the API and `rollcall import --json`; and
 * waiting for it. */
#ifndef API_RESULT_H
#define API_RESULT_H

#include "api/api.h"
#include "api/emit.h"
#include "job/queue.h"

/* The HTTP status: 201 for an applied import, 200 for any other applied or checked job, 400 with
 * errors in the file, 409 if it was cancelled, 500 if it was given up, 202 if it has not ended. */
int result_status(const struct job *job);

/* Writes the body for that status (409 and 500 have none).  Rows and issues are read while they are
 * written.  Returns 0 or -1. */
int result_write(struct db *db, const struct principal *who, const struct job *job,
    struct emit *out, struct err *e);

/* Answers a request with it; a large body is streamed.  Returns 0 or -1. */
int result_answer(struct api *a, const struct job *job, struct err *e);

/* Waits for the job's end, as long as the header Prefer says (RFC 7240: `wait=N`, or
 * `respond-async` for not at all; never longer than the setting), then reads the job.  If the
 * database is lost by then, *out stays what the caller knew, as a job that has not ended: the
 * job is stored.  Returns 0 or -1. */
int result_wait(struct api *a, long id, struct job *out, struct err *e);

/* The same for so many seconds, whatever the client prefers. */
int result_wait_seconds(struct api *a, long id, long seconds, struct job *out, struct err *e);

/* Waits as result_wait does, and answers with the result.  If the database is lost before the
 * result can be read, the answer is 202 with the job's address, made of what is `known` of
 * it: the job is stored. */
int result_wait_answer(struct api *a, long id, const struct job *known, struct err *e);

/* Writes a job as the API shows it: {id, kind, state, ...}. */
void result_job(struct emit *out, const struct job *job);

/* Answers with JSON that `write` makes: as a whole if it is small, else as a stream.  An error after
 * the beginning of a stream cuts the answer off.  Returns 0 or -1. */
typedef int result_writer(struct api *a, struct emit *out, void *ctx, struct err *e);
int result_stream(struct api *a, int status, const char *type, result_writer *write,
    void *ctx, struct err *e);

#endif
