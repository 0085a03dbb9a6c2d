/* The export: the users of a scope, record by record, in a format.  Import and update can read
 * the CSV file again without any loss.  The caller receives the bytes and sends them on. */
#ifndef USERS_EXPORT_H
#define USERS_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/buf.h"
#include "base/err.h"
#include "csv/field.h"
#include "db/db.h"
#include "users/filter.h"

struct export_format;

struct export_options {
	const struct export_format *format;	/* NULL: export_csv */
	size_t n_columns;	/* 0: all columns */
	enum field_id columns[FIELD__MAX];	/* uuid first (export_columns) */
	struct users_filter filter;	/* which users */
	bool guard;		/* CSV and workbooks: with the guards of csv/spreadsheet.h */
	char separator;		/* CSV: as in csv/writer.h; '\0': a comma */
	bool bom;		/* CSV: with a byte order mark, for spreadsheets */
};

/* A running export, as its format sees it. */
struct export_sink {
	const struct export_options *options;	/* with all its columns */
	struct buf out;		/* the format adds its bytes here; export_run sends them */
	void *state;		/* the format's own; NULL at first */
};

/* A format writes the records of an export.  Each function returns 0, or -1 with `e`. */
struct export_format {
	const char *type;	/* Content-Type */
	const char *suffix;	/* of the file's name */
	int (*begin)(struct export_sink *s, struct err *e);	/* once, before the first record */
	/* A cell for each column; NULL is null.  Secrets are masked already. */
	int (*record)(struct export_sink *s, const char *const *cells, const size_t *lengths, struct err *e);
	/* Adds what the format holds back of the records yet; NULL where it holds nothing back. */
	int (*pass)(struct export_sink *s, struct err *e);
	int (*end)(struct export_sink *s, struct err *e);	/* once, after the last record */
	void (*drop)(struct export_sink *s);	/* frees s->state, also after an error; may be NULL */
};

/* CSV (csv/writer.h); a workbook whose cells are texts (sheet/xlsx_writer.h); JSON,
 * {"headers": [...], "content": [{...}, ...]}. */
extern const struct export_format export_csv, export_xlsx, export_json;

/* Adds the columns of a list such as "exten,firstname" (names of fields.def, trimmed) in that
 * order, each once, with uuid before all others.  A list without names adds none.  Returns true;
 * or false if a name is not an exported column, and copies that name, cut, to `unknown`. */
#define EXPORT_UNKNOWN_SIZE 256
bool export_columns(struct export_options *o, const char *list, char unknown[EXPORT_UNKNOWN_SIZE]);

/* Receives the next bytes, some 64 KiB at a time.  Returns 0, or -1 with `e` to end the export. */
typedef int export_write(void *ctx, const char *bytes, size_t n, struct err *e);

/* Writes the users in the scope of `who` that match o->filter, ordered by name; *users (may be
 * NULL) is their number.  Secrets are ******** if `who` lacks the right users.secrets.  An audit
 * record with `address` is committed first.  `write` is not called before the database has
 * answered, so the caller can still answer an earlier failure otherwise.  Returns 0 or -1. */
int export_run(struct db *db, const struct principal *who, const char *address,
    const struct export_options *o, export_write *write, void *ctx, long *users, struct err *e);

/* A file name with the current time: user_export_YYYY-MM-DD_HH-MM-SS.csv */
#define EXPORT_NAME_SIZE 64
void export_name(const struct export_format *format, char name[EXPORT_NAME_SIZE]);

/* Masks the secrets of a record unless `secrets`, and gives it to the format.  For
 * export_run and its tests. */
int export_record(struct export_sink *s, const char *const *cells, const size_t *lengths,
    bool secrets, struct err *e);

#endif
