/* One check a type of value.  The types of csv/fields.def. */
#ifndef CSV_VALUE_H
#define CSV_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "csv/issue.h"

enum value_type {
	VALUE_UUID,
	VALUE_INT,		/* decimal digits, low..high */
	VALUE_INT5,		/* the same, and a multiple of 5 */
	VALUE_BOOL,		/* 0 or 1 */
	VALUE_TEXT,		/* free text: never trimmed, low..high characters */
	VALUE_EMAIL,
	VALUE_LANGUAGE,		/* one of a list */
	VALUE_PROTOCOL,		/* one of a list */
	VALUE_PHONE,		/* +, digits, * and # */
	VALUE_EXTEN,		/* a number, or a pattern that begins with _ */
	VALUE_NUMBER,		/* digits */
	VALUE_CODE,		/* a provisioning code */
	VALUE_USERNAME,
	VALUE_SIP_USERNAME,
	VALUE_NAME,		/* of a thing that exists: trimmed, whether it does is SQL's to say */
	VALUE_NAMES,		/* several, separated by ; (\; and \\ in a name); doubles collapse */
	VALUE_NAMES_EACH,	/* the same, one for each item of another column: kept as they are */
	VALUE_DIDS,		/* several numbers separated by ; */
	VALUE_INTS,		/* several, an empty item is null */
	VALUE_PASSWORD,		/* plain, or a whole crypt(5) hash */
	VALUE_DIAL_SECRET,	/* digits, # and * */
	VALUE_PIN_SECRET,	/* digits and # */
	VALUE_SIP_SECRET,	/* printable ASCII */
	VALUE__MAX
};

enum value_state {
	VALUE_ABSENT,	/* the file has no such column */
	VALUE_EMPTY,
	VALUE_VALID,
	VALUE_WRONG	/* reported; its text must not be used */
};

struct value {
	enum value_state state;
	bool masked;		/* the cell was ********; state is VALUE_EMPTY, see csv/row.h */
	bool hashed;		/* VALUE_PASSWORD: a crypt(5) hash already */
	const char *text;	/* scalar types: the value, trimmed and without guard */
	size_t n_items;		/* list types */
	const char **items;	/* NULL item: null */
};

/* Whether values of the type are secrets, and are lists. */
bool value_type_secret(enum value_type t);
bool value_type_list(enum value_type t);

#define VALUE_MASK "********"

/* Takes one ' off a text that begins with one or more ' followed by a formula
 * sign (= - @ + tab CR): the inverse of value_guard.  Returns a pointer into
 * `s`. */
const char *value_unguard(const char *s);

/* Whether an export must put one ' in front of the n bytes (a phone number is
 * spared). */
bool value_guard_needed(const char *s, size_t n);

struct field;

/* Checks one cell of a column.  `cell` is as the file has it (no NUL).  `out`
 * and its texts live in `mem`.  With `guard` one ' is taken off first.
 * Returns NULL where the cell is right (state VALID or EMPTY), else the key
 * of the text of its error, with params filled up to ISSUE_PARAMS_MAX. */
const char *value_check(const struct field *f, const char *cell, bool guard,
    struct arena *mem, struct value *out, struct issue_param *params);

#endif
