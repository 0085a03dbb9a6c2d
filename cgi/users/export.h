/* The export: the users of a scope, a record at a time, in a format.  As CSV it is a file
 * that update and import read again without loss.  It knows neither HTTP nor a terminal:
 * the caller takes the bytes. */
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
	size_t n_columns;	/* 0: all that are exported */
	enum field_id columns[FIELD__MAX];	/* uuid first (export_columns) */
	struct users_filter filter;	/* whose users */
	bool guard;		/* not of JSON: one ' before what a spreadsheet would run */
	char separator;		/* of CSV: as in csv/writer.h; '\0': a comma */
	bool bom;		/* of CSV: a byte order mark, for spreadsheets */
};

/* An export under way, as its format sees it. */
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
	int (*end)(struct export_sink *s, struct err *e);	/* once, after the last record */
	void (*drop)(struct export_sink *s);	/* frees s->state, also after an error; may be NULL */
};

/* CSV as csv/writer.h has it; a workbook whose cells are texts (sheet/xlsx_writer.h);
 * and {"headers": [...], "content": [{...}, ...]}. */
extern const struct export_format export_csv, export_xlsx, export_json;

/* Adds the columns of a list such as "exten,firstname" (names of fields.def,
 * blanks around them) in that order, each once, uuid before all others.  A list
 * without names adds none.  True, or false if a name is no exported column:
 * `unknown` gets it, cut. */
#define EXPORT_UNKNOWN_SIZE 256
bool export_columns(struct export_options *o, const char *list, char unknown[EXPORT_UNKNOWN_SIZE]);

/* Takes the next bytes, some 64 KiB at a time.  Returns 0, or -1 with `e` to end the
 * export. */
typedef int export_write(void *ctx, const char *bytes, size_t n, struct err *e);

/* Writes the users of the scope of `who` that o->filter lets through, by name; *users (may be NULL) is their number.
 * Secrets are ******** if `who` lacks the right users.secrets.  First an audit record is
 * committed, with `address`.  Nothing is written before the database has answered, so
 * that an earlier failure can have another answer.  Returns 0 or -1. */
int export_run(struct db *db, const struct principal *who, const char *address,
    const struct export_options *o, export_write *write, void *ctx, long *users, struct err *e);

/* The file's name of now: user_export_YYYY-MM-DD_HH-MM-SS.csv */
#define EXPORT_NAME_SIZE 64
void export_name(const struct export_format *format, char name[EXPORT_NAME_SIZE]);

/* Masks the secrets of a record unless `secrets`, and gives it to the format.  For
 * export_run and its tests. */
int export_record(struct export_sink *s, const char *const *cells, const size_t *lengths,
    bool secrets, struct err *e);

#endif
