/* COPY IN: rows to a table in PostgreSQL's text format.
 *
 * Never `COPY ... CSV` on a user's bytes: there a line `\.` drops the rest
 * without a word. */
#ifndef DB_COPY_H
#define DB_COPY_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "db/db.h"

/* Starts the named query, a COPY ... FROM STDIN. */
int copy_begin(struct db *db, const char *name, struct err *e);

/* Ends it: 0 and *rows (may be NULL), or -1.  With `reason` the server is told
 * to forget what it got, and the result is -1 with that reason. */
int copy_end(struct db *db, const char *reason, long *rows, struct err *e);

/* Sends what is in `b` once it holds 64 KiB, or in any case with `flush`. */
int copy_send(struct db *db, struct buf *b, bool flush, struct err *e);

/* A cell: `first` of its row or after a tab; NULL is null. */
void copy_text(struct buf *b, bool first, const char *s);
void copy_long(struct buf *b, bool first, long n);

/* An array cell of texts; NULL items are null. */
void copy_array(struct buf *b, bool first, size_t n, const char *const *items);

/* Ends the row. */
void copy_row(struct buf *b);

#endif
