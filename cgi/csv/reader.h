/* The bytes of an upload become records: a CSV file by csv/dialect.h and then libcsv in strict
 * mode, a workbook (.xlsx, .ods) by sheet/sheet.h.
 *
 * It is a push parser: however the bytes are cut into chunks, the records and the issues are
 * the same.  Memory is bounded by the longest record, and 64 KiB until the separator is known;
 * for a workbook see sheet/sheet.h. */
#ifndef CSV_READER_H
#define CSV_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/conf.h"
#include "csv/field.h"
#include "csv/issue.h"
#include "csv/mapping.h"

/* READER_CONVERT is for csv/convert.c: no column is required. */
enum reader_kind { READER_IMPORT, READER_UPDATE, READER_CONVERT };

struct reader_limits {
	long max_rows;
	long max_columns;
	size_t max_cell;	/* bytes */
	long long max_bytes;	/* of all cells of a workbook, which is compressed; 0: no limit */
};

/* The limits of the settings, and the largest ones that settings allow. */
struct reader_limits reader_limits_of(const struct conf *conf);
extern const struct reader_limits reader_limits_most;

/* The column by which an update finds its users.  `creates`: a row that finds nobody makes a
 * user, so its key may be empty. */
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
	bool label;		/* FIELD_OLD: the name is a label (csv/synonyms.def), not one of older files */
};

/* Whether the column's cells must be neither shown nor kept: it is a secret column, or its name
 * is like that of one (`pasword`). */
bool column_secret(const struct column *c);

struct header {
	size_t n;
	const struct column *columns;
	long line;		/* physical line, as in struct record */
	char separator;		/* of a CSV file */
	bool workbook, decoded;	/* decoded: the file is not UTF-8 (reader_decode) */
	/* index into columns of each field, -1 if the file has none */
	int of_field[FIELD__MAX];
	int spread;		/* of call_record_enabled, -1 for none */
	int deletes;		/* of _delete, -1 for none */
	struct reader_key key;
	const struct mapping *mapping;	/* the mapping that was used; NULL: none */
};

struct record {
	long row;		/* from 1, without blank records; in a workbook: line - 1 */
	long sheet_row;		/* row in a spreadsheet, from 1, with blank records and the header */
	long line;		/* physical line where it begins, from 1; in a workbook the row */
	size_t n;
	const char *const *cells;	/* n NUL-terminated cells; n may differ from the header's */
	const size_t *lengths;
	const size_t *odd;	/* n_odd indexes of cells whose quotes are text (dialect_odd) */
	size_t n_odd;
	const unsigned char *kinds;	/* enum cell_kind of each; NULL: all are texts */
};

/* The caller's callbacks.  One that returns false stops the reading.  Their arguments are valid
 * during the call only. */
struct reader_sink {
	void *ctx;
	bool (*header)(void *ctx, const struct header *h);	/* may be NULL */
	bool (*record)(void *ctx, const struct header *h, const struct record *r);
	bool (*issue)(void *ctx, const struct issue *i);	/* of the file: errors, warnings */
	/* how much of a workbook has been read, at its end; may be NULL */
	bool (*progress)(void *ctx, long long done, long long total);
};

/* Whether the file gives values for a column of ours: it has the column, a split cell contains
 * it, or the mapping sets it for all rows. */
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

/* Whether an unknown name is an error of the file and not a warning; before the first push. */
void reader_refuse_unknown(struct reader *r, bool refuse);

/* Asks for a mapping, before the first push: `ask` gets the names of the header as the file
 * has them and returns a mapping that lives as long as the reader, or NULL. */
typedef const struct mapping *reader_mapping(void *ctx, size_t n, const char *const *names);
void reader_ask_mapping(struct reader *r, reader_mapping *ask, void *ctx);

/* Takes bytes.  Returns 0, or -1 if reading cannot go on: an error was given to sink->issue, or
 * a callback returned false.  Push no more then. */
int reader_push(struct reader *r, const char *bytes, size_t n);

/* Says that the bytes are complete.  Gives the last record (of a workbook: all), the error "no
 * rows", and the warnings that depend on all rows: ignored columns that held data, numbers
 * that a workbook does not hold as text, records in quotes, and records that repeat the header
 * (which are not rows).  Returns as reader_push does. */
int reader_end(struct reader *r);

/* Whether the file is a workbook, as far as its bytes show yet. */
bool reader_workbook(const struct reader *r);

/* Rows given so far. */
long reader_rows(const struct reader *r);

void reader_free(struct reader *r);

#endif
