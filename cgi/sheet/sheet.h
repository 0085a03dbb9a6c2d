/* Workbooks: one sheet of an .xlsx or .ods file as rows of cells.
 *
 * The bytes are first written to a temporary file, because the directory of a ZIP archive is at
 * its end.  Then the sheet is read as a stream.  Formulas are not run: the file has the values
 * that the spreadsheet calculated last.  Nothing outside of the file is opened.  Memory is
 * bounded by the longest row, and some 32 MiB for texts and XML.  However the bytes are cut
 * into chunks, the rows and the fault are the same. */
#ifndef SHEET_SHEET_H
#define SHEET_SHEET_H

#include <stdbool.h>
#include <stddef.h>

/* What the spreadsheet says that a cell holds. */
enum cell_kind {
	CELL_TEXT,	/* an empty cell too */
	CELL_NUMBER,	/* its shortest decimal form */
	CELL_BOOLEAN,	/* "0" or "1" */
	CELL_DATE,	/* 2026-11-29, with T10:30:00 where it has a time; 10:30:00 */
	CELL_ERROR,	/* "#REF!" */
	CELL_FORMULA	/* not calculated yet: empty */
};

struct sheet_row {
	long number;	/* the sheet's, from 1 */
	size_t n;	/* up to the last cell that is not empty; at least 1 */
	const char *const *cells;	/* UTF-8, NUL-terminated */
	const size_t *lengths;
	const unsigned char *kinds;	/* enum cell_kind */
};

struct sheet_limits {
	size_t max_cell;	/* bytes of a cell */
	long max_columns;
	long long max_bytes;	/* of all cells together; 0: any number */
};

/* Why the workbook cannot be read. */
struct sheet_fault {
	const char *key;	/* of an issue: "file.sheet_damaged" ... */
	const char *what;	/* a text key, NULL if the key has none */
	const char *name;	/* of the part or the sheet; NULL: none */
	long row;		/* of the sheet; 0: the workbook as a whole */
	long long limit;	/* 0: none */
};

/* The caller's callbacks.  Their arguments are valid during the call only.  A callback that
 * returns false stops the reading.  `fault` is called at most once. */
struct sheet_sink {
	void *ctx;
	bool (*row)(void *ctx, const struct sheet_row *row);	/* rows without content are left out */
	void (*fault)(void *ctx, const struct sheet_fault *f);
	/* now and then: how much of the sheet has been read; may be NULL */
	bool (*progress)(void *ctx, long long done, long long total);
};

struct sheet;

/* A reader for one file.  `name` chooses the sheet, NULL or "": the first one that
 * is not hidden.  It must live as long as the reader. */
struct sheet *sheet_new(const char *name, const struct sheet_limits *limits,
    const struct sheet_sink *sink);

/* sheet_push takes bytes of the file; sheet_end says that they are complete, and reads the
 * sheet.  Return 0, or -1 after a fault or a stop. */
int sheet_push(struct sheet *s, const char *bytes, size_t n);
int sheet_end(struct sheet *s);
void sheet_free(struct sheet *s);

/* The number of bytes that sheet_begins needs. */
#define SHEET_MAGIC_BYTES 4

/* Whether a file that begins with these bytes is for this reader: a ZIP archive. */
bool sheet_begins(const char *bytes, size_t n);

/* The Content-Type of a workbook by its first bytes, and in *suffix the suffix of its name
 * (".ods").  NULL if they are not those of a workbook. */
const char *sheet_type(const char *bytes, size_t n, const char **suffix);

#endif
