/* The export: the users of a scope as a CSV file that update and import read
 * again without loss.  Knows neither HTTP nor terminal: bytes go to a sink. */
#ifndef USERS_EXPORT_H
#define USERS_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/buf.h"
#include "base/err.h"
#include "csv/field.h"
#include "db/db.h"

struct export_options {
	size_t n_columns;	/* 0: all that are exported */
	enum field_id columns[FIELD__MAX];	/* uuid first (export_columns) */
	const char *search;	/* as in users/list.h; NULL or "": all */
	const char *context;
	bool guard;		/* one ' before what a spreadsheet would run */
	bool bom;		/* a byte order mark, for spreadsheets */
};

/* Adds the columns of a list such as "exten,firstname" (names of fields.def,
 * blanks around them) in that order, each once, uuid before all others.  A list
 * without names adds none.  True, or false where a name is no exported column:
 * `unknown` gets it, cut. */
#define EXPORT_UNKNOWN_SIZE 256
bool export_columns(struct export_options *o, const char *list, char unknown[EXPORT_UNKNOWN_SIZE]);

/* Gets the bytes in pieces of some 64 KiB, a record never cut.  Returns 0, or -1
 * with `e` to end the export. */
typedef int export_write(void *ctx, const char *bytes, size_t n, struct err *e);

/* Writes header and users of the scope of `who`, in the order of the rule, and
 * *users (may be NULL) their number.  Secrets are ******** where `who` has not
 * the right users.secrets.  First an audit record is committed; `address` is for
 * it.  Nothing is written before the database has given the first user, so that
 * what fails before can be answered otherwise.  Returns 0 or -1. */
int export_run(struct db *db, const struct principal *who, const char *address,
    const struct export_options *o, export_write *write, void *ctx, long *users, struct err *e);

/* The file's name of now: user_export_YYYY-MM-DD_HH-MM-SS.csv */
#define EXPORT_NAME_SIZE 64
void export_name(char name[EXPORT_NAME_SIZE]);

/* Adds one record of n cells (NULL is null), those of the columns `ids`.  For
 * export_run and its tests. */
void export_record(struct buf *out, size_t n, const enum field_id *ids, const char *const *cells,
    const size_t *lengths, bool secrets, bool guard);

#endif
