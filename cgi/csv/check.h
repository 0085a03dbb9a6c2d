/* The checks behind value_check, one a type.  For csv/value.c. */
#ifndef CSV_CHECK_H
#define CSV_CHECK_H

#include "csv/field.h"
#include "csv/value.h"

/* One cell being checked. */
struct check {
	const struct field *field;
	struct arena *mem;
	struct value *out;	/* text is set; a check may put a canonical one there */
	struct issue_param *params;
	size_t n_params;
};

/* Checks the n bytes at s (a copy that it may change; not empty, with NUL).
 * Returns NULL, or the key of the error with its params filled. */
typedef const char *check_cell(struct check *c, char *s, size_t n);

check_cell check_uuid, check_int, check_bool, check_text, check_email,
    check_language, check_protocol, check_phone, check_exten, check_number,
    check_code, check_username, check_sip_username, check_name, check_password,
    check_dial_secret, check_pin_secret, check_sip_secret;

/* csv/check_list.c */
check_cell check_names, check_names_each, check_dids, check_ints;

/* Adds a parameter (name and value are not copied). */
void check_param(struct check *c, const char *name, const char *value);

/* Fills the params of `invalid` and returns that key.  `expected` is a text key. */
const char *check_invalid(struct check *c, const char *expected);

/* The number in s: decimal digits only, within the field's bounds.  Returns
 * NULL and sets *digits to s without leading zeros, else "range" with its
 * params, or what check_invalid makes of `expected`. */
const char *check_digits(struct check *c, char *s, size_t n, long multiple,
    const char *expected, const char **digits);

#endif
