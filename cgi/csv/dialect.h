/* CSV as programs write it becomes strict RFC 4180.
 *
 * Accepted are byte order marks, a first line sep=X, four separators, quotes in unquoted cells,
 * LF, CRLF and lone CR mixed, whole records in one cell.  The result comes record by record:
 * with commas, quotes around every cell that is not empty, and LF at the end.  Records that
 * show nothing are left out.  However the bytes are cut into chunks, the records and the fault
 * are the same. */
#ifndef CSV_DIALECT_H
#define CSV_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/sniff.h"

/* Why the file cannot be read. */
struct dialect_fault {
	const char *key;	/* key of the issue: "file.utf8" ... */
	long line;		/* physical line from 1; 0: the file as a whole */
	unsigned long long offset;	/* file.utf8, file.nul: bytes before the bad one */
	bool in_quotes;		/* file.limit_cell: the cell is in quotes, which opened on `line` */
	const char *what;	/* key of a text: what the file is instead of CSV; NULL: none */
};

/* The caller's callbacks.  `record` gets one record of n bytes that began on `line`; false
 * stops the reading.  `fault` is called at most once. */
struct dialect_sink {
	void *ctx;
	bool (*record)(void *ctx, long line, const char *csv, size_t n);
	void (*fault)(void *ctx, const struct dialect_fault *f);
};

struct dialect;

/* A dialect for one file; dialect_free ends it.  A cell of more than max_cell
 * bytes or a record of more than max_columns cells is a fault. */
struct dialect *dialect_new(size_t max_cell, long max_columns,
    const struct dialect_sink *sink);
void dialect_free(struct dialect *d);

/* Push the bytes, then say that they are complete.  Return 0, or -1 after a fault or a stop. */
int dialect_push(struct dialect *d, const char *bytes, size_t n);
int dialect_end(struct dialect *d);

/* How many records have ended, with those that show nothing.  During `record` this is the row
 * of the record in a spreadsheet. */
long dialect_records(const struct dialect *d);

/* How many records were one cell in quotes with a whole record in it, which was read instead;
 * in *first the line of the first one. */
long dialect_unwrapped(const struct dialect *d, long *first);

/* During `record`: the indexes (from 0; *n of them, at most DIALECT_ODD_MAX) of unquoted cells
 * that begin with blanks and a quote, or stand in other quotes (quotes_around). */
#define DIALECT_ODD_MAX 8
const size_t *dialect_odd(const struct dialect *d, size_t *n);

/* The separator, and in *from how it was found; known before the first record. */
char dialect_separator(const struct dialect *d, enum sniff_from *from);

#endif
