/* The named queries: sql/queries/NAME.sql, read once a process. */
#ifndef DB_QUERY_H
#define DB_QUERY_H

#include "base/conf.h"
#include "base/err.h"

/* Text of the query that stands below `-- name: NAME`; NULL where there is
 * none.  Valid for the process.  query_load must have come first. */
const char *query_text(const char *name);

/* Reads every file of conf->share_dir/sql/queries; does nothing the second
 * time.  A name that stands twice is an error. */
int query_load(const struct conf *conf, struct err *e);

/* A whole file below conf->share_dir/sql, kept for the process; NULL with `e`. */
const char *query_file(const struct conf *conf, const char *path, struct err *e);

#endif
