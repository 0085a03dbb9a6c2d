/* What is wrong with something of the setup: where, and a text in any language.
 *
 * A path is where in the setup file something stands, such as
 * `tenants[0].contexts[2].ranges[0].start`; never a password. */
#ifndef SETUP_COMPLAINT_H
#define SETUP_COMPLAINT_H

#include <stddef.h>

#include "base/arena.h"
#include "csv/issue.h"

#define COMPLAINT_PARAMS_MAX 4

struct complaint {
	const char *path;
	const char *key;	/* of the text: setup.KEY of csv/issues.def */
	struct issue_param params[COMPLAINT_PARAMS_MAX];
};

/* `mem` is set by who makes it; all else begins as zero. */
struct complaints {
	struct arena *mem;
	struct complaint *list;
	size_t n, room;
};

/* Adds one.  `key` is without "setup."; then pairs of a parameter's name and value, ended
 * by NULL.  All is copied. */
void complain(struct complaints *c, const char *path, const char *key, ...) __attribute__((sentinel));

/* Writes the text of one, without its path, as issue_write does. */
void complaint_write(struct buf *out, const struct complaint *one, issue_lookup *find, void *ctx);

/* Writes all of them in English: a line each, `PATH: text`. */
void complaints_write(struct buf *out, const struct complaints *c);

#endif
