/* Forms: application/x-www-form-urlencoded, of a query string or a body, and
 * the text fields of an upload (http/form_data.h). */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "http/request.h"

#define FORM_MAX_PAIRS	1000
#define FORM_MAX_NAME	200		/* bytes */
#define FORM_MAX_BYTES	((size_t)256 * 1024)	/* of an encoded query or body */

struct form_pair {
	const char *name;
	const char *value;
};

/* Pairs in the order in which they came.  Zero-initialize it or let
 * form_parse do so; it lives in the arena. */
struct form {
	struct arena *mem;
	struct form_pair *pairs;
	size_t n, cap;
	size_t bytes;	/* of names and values */
};

/* Starts an empty form. */
void form_init(struct form *f, struct arena *mem);

/* Adds the pairs of `text` to `f` (form_init before).  Returns 0, or -1 with
 * `e`: ERR_TOO_LARGE above a limit; ERR_INVALID for a bad percent sequence,
 * bytes that are not UTF-8, a NUL.  None of the pairs is added then. */
int form_parse(struct form *f, const char *text, size_t n, struct err *e);

/* Reads the request's body and parses it.  ERR_INVALID also where the body has
 * another content type or is cut off. */
int form_read(struct form *f, struct request *req, struct err *e);

/* Adds one pair, copied, with the same checks and limits. */
int form_add(struct form *f, const char *name, const char *value, size_t n, struct err *e);

/* The first value of that name ("" if it was sent empty); NULL if it was not sent. */
const char *form_get(const struct form *f, const char *name);

/* The i-th value (from 0) of a name that may be repeated, NULL past the last. */
const char *form_nth(const struct form *f, const char *name, size_t i);

/* Reads a value (may be NULL) as a decimal number from low to high; `otherwise` if it is not
 * such a number or has more than nine digits. */
long form_number(const char *text, long low, long high, long otherwise);

/* Adds `name=value` to a query string, with `&` before it unless `out` is
 * empty or ends in `?`. */
void form_encode(struct buf *out, const char *name, const char *value);

#endif
