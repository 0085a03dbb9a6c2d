/* The bytes as people's programs write them become strict RFC 4180.
 *
 * In: byte order marks, a first line sep=X, four separators, quotes in bare
 * cells, LF, CRLF and lone CR mixed, whole records in one cell.  Out, record by record:
 * commas, every cell that holds something in quotes, LF at the end.  Records that
 * show nothing are left out.  Any chunking of the bytes gives the same records and
 * the same fault. */
#ifndef CSV_DIALECT_H
#define CSV_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/sniff.h"

/* Why the file cannot be read. */
struct dialect_fault {
	const char *key;	/* of an issue: "file.utf8" ... */
	long line;		/* physical line from 1, 0: the file as a whole */
	unsigned long long offset;	/* file.utf8, file.nul: bytes before the bad one */
	bool in_quotes;		/* file.limit_cell: of a cell in quotes, opened on line */
	const char *what;	/* the key of a text: what the file is instead; NULL: the key says it */
};

/* The caller's ends.  `record` gets one record of n bytes that began on `line`;
 * false stops the reading.  `fault` is called at most once. */
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

/* Feeds it, and ends it.  Return 0, or -1 after a fault or a stop. */
int dialect_push(struct dialect *d, const char *bytes, size_t n);
int dialect_end(struct dialect *d);

/* How many records have ended, those without content too: while `record` is called, the
 * row that the record has in a spreadsheet. */
long dialect_records(const struct dialect *d);

/* How many records were one cell in quotes that held a whole record, and were read as that;
 * the line of the first. */
long dialect_unwrapped(const struct dialect *d, long *first);

/* While `record` is called: the cells (from 0, n of them, at most DIALECT_ODD_MAX) outside
 * quotes that begin with blanks and a quote, or stand in other quotes (quotes_around). */
#define DIALECT_ODD_MAX 8
const size_t *dialect_odd(const struct dialect *d, size_t *n);

/* The separator and where it is known from; settled before the first record. */
char dialect_separator(const struct dialect *d, enum sniff_from *from);

#endif
