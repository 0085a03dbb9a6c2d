/* Issues that are found while the file is read.  They are kept in a temporary file, because the
 * connection is busy with the COPY of the rows.  They have no secrets. */
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

/* The number of errors added so far. */
long spool_errors(const struct spool *s);

/* Copies all issues into the table issue.  Returns 0 or -1. */
int spool_copy(struct spool *s, struct db *db, struct err *e);

#endif
