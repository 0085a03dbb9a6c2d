/* The type of a cell, and its value after the check. */
#ifndef CSV_VALUE_H
#define CSV_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "csv/issue.h"

enum value_type {
#define TYPE(name, ...) VALUE_##name,
#include "csv/types.def"
#undef TYPE
	VALUE__MAX
};

struct check;

/* A row of csv/types.def, which says what each column means. */
struct type {
	const char *(*check)(struct check *c, char *s, size_t n);	/* see csv/check.h */
	bool trimmed, list, secret, dialled;
	const char *word, *values;
	const char *expected;	/* NULL: a choice of `values` */
};

/* The table, indexed by enum value_type. */
extern const struct type types[VALUE__MAX];

enum value_state {
	VALUE_ABSENT,	/* the file has no such column */
	VALUE_EMPTY,
	VALUE_VALID,
	VALUE_WRONG	/* an error was given; there is no text */
};

struct value {
	enum value_state state;
	bool masked;		/* the cell was ********; state is VALUE_EMPTY, see csv/row.h */
	bool hashed;		/* VALUE_PASSWORD: a crypt(5) hash already */
	bool word;		/* VALUE_BOOL: a word such as "yes", not 0 or 1 */
	bool cross;		/* VALUE_BOOL: the word is x, so that empty cells of the column mean no */
	const char *doubt;	/* VALUE_VALID: key of a warning about it; NULL: none */
	const char *meant;	/* with `doubt`: what was probably meant; NULL: unknown */
	const char *text;	/* scalar types: the value, trimmed and without guard */
	size_t n_items;		/* list types */
	size_t n_dropped;	/* VALUE_DIDS, VALUE_NAMES_EACH: empty items at the end, which are dropped */
	const char **items;	/* NULL item: null */
};

#define VALUE_MASK "********"

struct field;

/* Checks one cell of a column.  `cell` is as in the file (without NUL).  With `guard` the guard
 * of an export (csv/spreadsheet.h) is removed first.  Invisible characters are trimmed, except
 * those of secrets.  The texts of `out` live in `mem`.  Returns NULL if the cell is right (its
 * state is VALUE_VALID or VALUE_EMPTY); else the key of the error's text (csv/issues.def), and
 * fills at most ISSUE_PARAMS_MAX of `params`. */
const char *value_check(const struct field *f, const char *cell, bool guard,
    struct arena *mem, struct value *out, struct issue_param *params);

#endif
