/* The named queries: sql/queries/NAME.sql, read once a process. */
#ifndef DB_QUERY_H
#define DB_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/conf.h"
#include "base/err.h"

/* The text of the query below `-- name: NAME`; NULL if there is none.  Valid until the process
 * ends.  Call query_load before. */
const char *query_text(const char *name);

/* Reads the queries, and with `files` also every other file of conf->share_dir/sql except the
 * migrations; what was read is not read again.  After it the process does not need them in the
 * file system: an upgrade may delete them.  A name that appears twice is an error. */
int query_load(const struct conf *conf, bool files, struct err *e);

/* A whole file below conf->share_dir/sql, kept for the process; NULL with `e`. */
const char *query_file(const struct conf *conf, const char *path, struct err *e);

/* Sets `paths` to the files of a folder below sql/ ("import/check"), at most `max`; they are
 * valid for the process.  Returns how many there are. */
size_t query_folder(const char *folder, const char **paths, size_t max);

#endif
