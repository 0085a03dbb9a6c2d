/* The schema: sql/migrations/NNNN_name.sql, forward only.
 *
 * Each file is applied once, in order, in a transaction of its own; its SHA-256
 * is kept, and a file that changed after it was applied is an error. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

struct migrate_options {
	FILE *out;	/* what is done, a line each; NULL: nothing is said */
	long wait;	/* seconds that running jobs are waited for */
	bool dry_run;	/* all of it, and rolled back */
};

/* Applies what is missing, as the owner, while no job runs; jobs that come meanwhile
 * wait.  Returns 0, or -1 with place = the file; ERR_DB_RETRY if others would not
 * let go. */
int migrate_run(const struct conf *conf, const struct migrate_options *options, struct err *e);

/* Writes what would be applied to `out`; *current is true if it is nothing. */
int migrate_status(const struct conf *conf, FILE *out, bool *current, struct err *e);

/* 0 if this program works with what the database has: its own migrations, and of
 * later ones only those that say so (`-- since: NNNN`, the oldest program that goes on
 * working).  Else -1 and ERR_DB_SCHEMA with what to do. */
int migrate_check(struct db *db, const struct conf *conf, struct err *e);

/* The same for db_watch: `ctx` is the struct conf. */
int migrate_watch(struct db *db, const void *ctx, struct err *e);

#endif
