/* The bytes of a stored upload, one chunk at a time. */
#ifndef JOB_CHUNK_H
#define JOB_CHUNK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "job/worker.h"

/* Gives the chunks in order to `feed` until there are no more, or it returns
 * false.  Read on the task's watch connection, so that the other may be in the
 * middle of a COPY.  Returns 0 or -1. */
int chunk_each(struct task *t, bool (*feed)(void *ctx, const char *bytes, size_t n),
    void *ctx, struct err *e);

#endif
