/* The schema: sql/migrations/NNNN_name.sql, forward only.
 *
 * Each file is applied once, in order, in its own transaction.  The database keeps its SHA-256:
 * a file that was changed after it was applied is an error. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

struct migrate_options {
	FILE *out;	/* one line for each migration that is applied; NULL: none is written */
	long wait;	/* seconds to wait for running jobs */
	bool dry_run;	/* apply everything and roll it back */
};

/* Applies the missing migrations, as the owner, while no job runs; new jobs wait meanwhile.
 * Returns 0, or -1 with place = the file; ERR_DB_RETRY if the locks were not free in time. */
int migrate_run(const struct conf *conf, const struct migrate_options *options, struct err *e);

/* Writes the missing migrations to `out`; *current is true if there are none. */
int migrate_status(const struct conf *conf, FILE *out, bool *current, struct err *e);

/* Whether this program works with the schema of the database.  It must have all migrations of
 * this program; later ones must name this program's last migration, or an earlier one, as the
 * oldest that still works (`-- since: NNNN`).  Returns 0, or -1 with ERR_DB_SCHEMA and a hint
 * what to do. */
int migrate_check(struct db *db, const struct conf *conf, struct err *e);

/* The same for db_watch, by the names of the migrations and not by their texts; `ctx` is the
 * struct conf. */
int migrate_watch(struct db *db, const void *ctx, struct err *e);

/* Whether the database is older than this program; *at_work is true while a `rollcall
 * migrate` works on it. */
bool migrate_is_coming(struct db *db, const struct conf *conf, bool *at_work);

#endif
