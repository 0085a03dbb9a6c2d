/* The upload of a job that was not applied, as it was sent: for the very
 * administrator who sent it, while it is kept. */
#ifndef JOB_SENT_H
#define JOB_SENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

/* Gives the bytes in order to `feed` until there are no more, or it returns
 * false.  `token` is the session's, as its cookie came: the database compares
 * whose it is.  *found is false where there is nothing for this session: not
 * its job, not ended, applied, or kept no longer.  Returns 0 or -1. */
int sent_each(struct db *db, const struct conf *conf, const char *token, long job,
    bool (*feed)(void *ctx, const char *bytes, size_t n), void *ctx, bool *found, struct err *e);

/* Whether such a file is there that was refused for its encoding.  Within a
 * transaction in the scope of who asks. */
int sent_misencoded(struct db *db, const struct conf *conf, const char *token, long job,
    bool *is, struct err *e);

/* Whether it is there, and whether a copy with masked secrets is, which whoever
 * sees the job may have.  Within such a transaction. */
int sent_kept(struct db *db, const struct conf *conf, const char *token, long job,
    bool *sent, bool *masked, struct err *e);

#endif
