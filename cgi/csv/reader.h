/* The bytes of an upload become records: of a CSV file by the dialect, then libcsv
 * in strict mode; of a workbook (.xlsx, .ods) by sheet/sheet.h.
 *
 * Push parser: any chunking gives the same records and the same issues.
 * Memory is bounded by the longest record (and 64 KiB while the header's
 * separator is chosen, or what a workbook takes). */
#ifndef CSV_READER_H
#define CSV_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/conf.h"
#include "csv/field.h"
#include "csv/issue.h"
#include "csv/mapping.h"

/* READER_CONVERT is for csv/convert.c: the header needs no certain column. */
enum reader_kind { READER_IMPORT, READER_UPDATE, READER_CONVERT };

struct reader_limits {
	long max_rows;
	long max_columns;
	size_t max_cell;	/* bytes */
	long long max_bytes;	/* of all cells of a workbook, which unpacks; 0: any number */
};

/* The limits of the settings, and the largest ones that settings allow. */
struct reader_limits reader_limits_of(const struct conf *conf);
extern const struct reader_limits reader_limits_most;

/* How an update finds its users: by the column, and whether a row that finds nobody makes a
 * user, so that its key may be empty. */
struct reader_key {
	enum field_id field;
	bool creates;
};

/* A column of the file's header. */
struct column {
	const char *name;	/* as the file has it, trimmed */
	enum field_kind kind;
	enum field_id field;	/* of kinds FIELD_NEW, FIELD_OLD and FIELD_SPLIT */
	enum field_id second;	/* of FIELD_SPLIT */
	bool label;		/* FIELD_OLD: what people call it, no name of older files */
};

/* Whether its cells must be neither shown nor kept: a secret column, also where
 * its name is misspelt (`pasword`). */
bool column_secret(const struct column *c);

struct header {
	size_t n;
	const struct column *columns;
	long line;		/* as of a record */
	char separator;		/* of a CSV file */
	bool workbook, decoded;	/* decoded: the file is not UTF-8 (reader_decode) */
	/* index into columns of each field, -1 if the file has none */
	int of_field[FIELD__MAX];
	int spread;		/* of call_record_enabled, -1 for none */
	int deletes;		/* of _delete, -1 for none */
	struct reader_key key;
	const struct mapping *mapping;	/* that it was read with; NULL: none */
};

struct record {
	long row;		/* from 1, blank records not counted; of a workbook: line - 1 */
	long sheet_row;		/* row in a spreadsheet, from 1: blank records and the header count */
	long line;		/* physical line where it starts, from 1; the sheet's row */
	size_t n;
	const char *const *cells;	/* n of them, which may not be the header's count; NUL-terminated */
	const size_t *lengths;
	const size_t *odd;	/* n_odd of them: cells with quotes that are part of them (dialect_odd) */
	size_t n_odd;
	const unsigned char *kinds;	/* enum cell_kind of each; NULL: all are texts */
};

/* The caller's ends.  A callback that returns false stops the reading.  What
 * they are given is valid during the call only. */
struct reader_sink {
	void *ctx;
	bool (*header)(void *ctx, const struct header *h);	/* may be NULL */
	bool (*record)(void *ctx, const struct header *h, const struct record *r);
	bool (*issue)(void *ctx, const struct issue *i);	/* of the file: errors, warnings */
	/* how much of a workbook has been read, at its end; may be NULL */
	bool (*progress)(void *ctx, long long done, long long total);
};

/* Whether the file says something of a column of ours: it has it, splits into it or sets
 * it for all rows. */
bool header_has(const struct header *h, enum field_id id);

struct reader;

/* A reader for one file.  The sink must live as long.  reader_free ends it. */
struct reader *reader_new(enum reader_kind kind,
    const struct reader_limits *limits, const struct reader_sink *sink);

/* Chooses a workbook's sheet by its name, before the first push; NULL or "": the
 * first one that is shown.  `name` must live as long as the reader. */
void reader_choose_sheet(struct reader *r, const char *name);

/* The bytes of a CSV file are Windows-1252, not UTF-8; before the first push. */
void reader_decode(struct reader *r);

/* The rows of an update find their users otherwise than by uuid; before the first push. */
void reader_find_by(struct reader *r, struct reader_key key);

/* Whether a name that nothing is known of is a file error, not a warning; before the first
 * push. */
void reader_refuse_unknown(struct reader *r, bool refuse);

/* Asks for a mapping, before the first push: `ask` gets the names of the header as the file
 * has them and returns a mapping that lives as long as the reader, or NULL. */
typedef const struct mapping *reader_mapping(void *ctx, size_t n, const char *const *names);
void reader_ask_mapping(struct reader *r, reader_mapping *ask, void *ctx);

/* Feeds it.  Returns 0, or -1 once the file cannot be read on: an error was
 * given to sink->issue (or a callback said stop); feed no more. */
int reader_push(struct reader *r, const char *bytes, size_t n);

/* The end of the bytes: the last record (all of a workbook), "no rows", and the warnings
 * that depend on all rows: of columns without counterpart that held data, of numbers that a
 * workbook does not hold as text, of records in quotes and of a header that comes again
 * (both are no rows).  Returns as reader_push. */
int reader_end(struct reader *r);

/* Whether the bytes so far are those of a workbook. */
bool reader_workbook(const struct reader *r);

/* Rows given so far. */
long reader_rows(const struct reader *r);

void reader_free(struct reader *r);

#endif
