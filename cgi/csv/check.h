/* The checks that value_check calls, by type (csv/types.def).  Only for csv/value.c. */
#ifndef CSV_CHECK_H
#define CSV_CHECK_H

#include "csv/field.h"
#include "csv/value.h"

/* One cell being checked. */
struct check {
	const struct field *field;
	const struct type *type;	/* of the field */
	struct arena *mem;
	struct value *out;	/* its text is set; a check may put the canonical form there */
	struct issue_param *params;
	size_t n_params;
};

/* Checks the n bytes at s: not empty, NUL-terminated, a copy that the check may change.
 * Returns NULL, or the key of the error and fills the params.  csv/types.def says which type
 * uses which check. */
typedef const char *check_cell(struct check *c, char *s, size_t n);

check_cell check_uuid, check_int, check_int5, check_bool, check_choice, check_text, check_name, check_email,
    check_phone, check_exten, check_digits, check_username, check_sip_username,
    check_password, check_dial_secret, check_pin_secret, check_sip_secret;

/* csv/hash.c: the form of crypt(5) password hashes. */

/* Whether a password is to be taken as a hash: it begins with $id$ or {SCHEME}, or looks like the
 * hash of another program.  Which methods are allowed is for hash_whole; a hash of another method
 * must not become a plain password. */
bool hash_begins(const char *s);

/* Whether a password is as many hexadecimal digits as an MD5, SHA-1 or SHA-2 hash.  It may be one,
 * but passwords are generated like that too. */
bool hash_bare(const char *s);

/* Whether such a text is a whole hash of a method that crypt(5) verifies ($y$ $gy$ $7$ $6$
 * $5$ $2a$ $2b$ $2y$) and whose cost is sane: to check a password against it takes a few
 * seconds and 256 MiB at most.  Nothing is hashed. */
bool hash_whole(const char *s);

/* csv/hint.c: what probably happened to a value that is wrong. */

/* Adds the parameter `hint`, and those that its text needs, if that can be seen. */
void check_hint(struct check *c, const char *s, size_t n);

/* csv/doubt.c: texts that can be stored but are probably not what was meant. */

/* Whether the n bytes are how programs write that there is no value: NULL, N/A, -. */
bool doubt_nothing(const char *s, size_t n);

/* Sets the doubt about a valid text or password. */
void check_doubt(struct check *c);

/* csv/check_list.c */
check_cell check_names, check_names_each, check_dids, check_ints;

/* csv/clean.c: what people and spreadsheets write between the digits of a number. */

/* Whether s is a date as spreadsheets write it: 01.02.2026, 2026-02-01, 02-janv, 1-Feb. */
bool check_date(const char *s);

/* The digits of the longest telephone number: 15 (ITU-T E.164) and a prefix such as 000. */
#define CHECK_DIGITS_MOST 18

/* Removes, in place, what people write between the digits of a number: blanks, hyphens and
 * dots, but not from a decimal number or a date.  Returns the new length. */
size_t check_clean(char *s, size_t n);

/* csv/check.c */

/* Adds a parameter (name and value are not copied). */
void check_param(struct check *c, const char *name, const char *value);

/* Fills the params of `invalid` with what the column's type expects, and returns
 * that key. */
const char *check_invalid(struct check *c);

/* Checks that s is a number: only decimal digits, within the field's bounds, a multiple of
 * `multiple`.  Returns NULL and sets *digits to s without leading zeros; else "range" with its
 * params, or what check_invalid returns. */
const char *check_whole(struct check *c, char *s, size_t n, long multiple, const char **digits);

#endif
