/* Issues that were found while the file is read, kept on disk until the
 * connection is free of the rows' COPY.  They hold no secret. */
#ifndef USERS_SPOOL_H
#define USERS_SPOOL_H

#include "base/err.h"
#include "csv/issue.h"
#include "db/db.h"

struct spool;

struct spool *spool_new(void);
void spool_free(struct spool *s);

/* Adds an issue.  Returns 0, or -1 if the disk is full. */
int spool_add(struct spool *s, const struct issue *i, struct err *e);

/* Errors added so far. */
long spool_errors(const struct spool *s);

/* Copies all of them into the table issue. */
int spool_copy(struct spool *s, struct db *db, struct err *e);

#endif
