/* COPY to a file and back: rows that shall outlive a rollback.
 *
 * The bytes are PostgreSQL's text format as it comes, so nothing is taken apart. */
#ifndef DB_COPY_FILE_H
#define DB_COPY_FILE_H

#include <stdio.h>

#include "base/err.h"
#include "db/db.h"

/* Writes what the named query, a COPY ... TO STDOUT, gives to the end of `file`.
 * Ends early where the statement is interrupted (db_interrupt).  0 or -1; after
 * -1 the transaction can only be rolled back. */
int copy_save(struct db *db, const char *name, FILE *file, struct err *e);

/* Sends the file from its beginning to the named query, a COPY ... FROM STDIN. */
int copy_load(struct db *db, const char *name, FILE *file, struct err *e);

#endif
