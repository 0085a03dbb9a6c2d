/* The schema: sql/migrations/NNNN_name.sql, forward only.
 *
 * Each file is applied once, in order, in a transaction of its own; its SHA-256
 * is kept, and a file that changed after it was applied is an error.  After them
 * sql/views/NAME.sql are run, each time: what they make, they make anew. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include <stdio.h>

#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

/* Applies what is missing and makes the views, as the owner, under a lock; tells `out` (may be
 * NULL) one line a migration.  Returns 0, or -1 with place = the file. */
int migrate_run(const struct conf *conf, FILE *out, struct err *e);

/* 0 where the database has just the migrations of this program; else -1 with
 * what to do.  Web and worker ask before they serve. */
int migrate_check(struct db *db, const struct conf *conf, struct err *e);

#endif
