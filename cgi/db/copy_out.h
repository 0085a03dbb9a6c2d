/* COPY OUT: the rows of a query, one at a time, in PostgreSQL's text format.
 *
 * Rows come as the server makes them, so memory does not grow with their
 * number.  The first one holds the names of the columns: the query is a
 * `COPY (...) TO STDOUT (HEADER)`. */
#ifndef DB_COPY_OUT_H
#define DB_COPY_OUT_H

#include <stddef.h>

#include "base/err.h"
#include "db/db.h"

/* A row that came.  Zero-initialize it; copy_out_row fills it and frees the row
 * before, copy_out_end the last one. */
struct copy_out {
	char *line;		/* of libpq; the cells point into it */
	size_t n;		/* cells */
	const char **cells;	/* NUL-terminated; NULL is null */
	size_t *lengths;
	size_t room;
};

/* Starts the named query. */
int copy_out_begin(struct db *db, const char *name, struct err *e);

/* The next row: 1, 0 after the last one, or -1. */
int copy_out_row(struct db *db, struct copy_out *row, struct err *e);

/* Ends it, also before the last row: the server is told to stop, and what it
 * sent already is thrown away.  The transaction can only be rolled back then. */
void copy_out_end(struct db *db, struct copy_out *row);

/* Takes one line of the text format apart, in place (n bytes and a NUL behind
 * them; without the line feed).  For copy_out_row and its tests. */
void copy_out_split(struct copy_out *row, char *line, size_t n);

#endif
