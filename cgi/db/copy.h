/* COPY: rows to a table, the rows of a query one at a time, and rows that are kept in a file.
 * All use PostgreSQL's text format.
 *
 * Never use `COPY ... CSV` on a user's bytes: a line `\.` in them would silently drop the rest. */
#ifndef DB_COPY_H
#define DB_COPY_H

#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "db/db.h"

/* --- in: rows to a table -------------------------------------------------- */

/* Starts the named query, a COPY ... FROM STDIN. */
int copy_begin(struct db *db, const char *name, struct err *e);

/* The same for a query with {columns} in it, whose place the names of `columns` take: "a, b".
 * They are names of ours, never what somebody sent. */
int copy_begin_columns(struct db *db, const char *name, const char *columns, struct err *e);

/* Ends the COPY.  Returns 0 and sets *rows (may be NULL), or -1.  With a `reason` the server
 * drops the rows, and the result is -1 with that reason. */
int copy_end(struct db *db, const char *reason, long *rows, struct err *e);

/* Sends the content of `b` and empties it if it is 64 KiB or more; with `flush` always. */
int copy_send(struct db *db, struct buf *b, bool flush, struct err *e);

/* Adds a cell, with a tab before it unless it is the `first` of its row; NULL is null. */
void copy_text(struct buf *b, bool first, const char *s);
void copy_long(struct buf *b, bool first, long n);

/* An array cell of texts; NULL items are null. */
void copy_array(struct buf *b, bool first, size_t n, const char *const *items);

/* Ends the row. */
void copy_row(struct buf *b);

/* --- out: the rows of a query, one at a time ------------------------------ */

/* One row.  Zero-initialize it.  copy_out_row fills it and frees the row before; copy_out_end
 * frees the last one.  So memory does not grow with the number of rows. */
struct copy_out {
	char *line;		/* of libpq; the cells point into it */
	size_t n;		/* cells */
	const char **cells;	/* NUL-terminated; NULL is null */
	size_t *lengths;
	size_t room;
};

/* Starts the named query, a COPY (...) TO STDOUT (HEADER): the first row holds the
 * names of the columns. */
int copy_out_begin(struct db *db, const char *name, struct err *e);

/* Reads the next row.  Returns 1, 0 after the last row, or -1. */
int copy_out_row(struct db *db, struct copy_out *row, struct err *e);

/* Ends the COPY.  Before the last row this cancels the statement, and the transaction can only
 * be rolled back. */
void copy_out_end(struct db *db, struct copy_out *row);

/* Splits one line of the text format into cells, in place: n bytes and a NUL, without the line
 * feed.  For copy_out_row and its tests. */
void copy_out_split(struct copy_out *row, char *line, size_t n);

/* --- to a file and back: rows that outlive a rollback ---------------------- */

/* Appends the rows of the named query, a COPY ... TO STDOUT, to `file`.  Returns 0, or -1, also
 * if the statement is interrupted (db_interrupt); then the transaction can only be rolled back. */
int copy_save(struct db *db, const char *name, FILE *file, struct err *e);

/* Sends the file from its beginning to the named query, a COPY ... FROM STDIN. */
int copy_load(struct db *db, const char *name, FILE *file, struct err *e);

#endif
