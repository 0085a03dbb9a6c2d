/* Complaints: what is wrong in a setup file and where, with a text in each language.
 *
 * A path says where in the file it is, such as `tenants[0].contexts[2].ranges[0].start`.  No
 * complaint holds a password. */
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

/* The caller sets `mem`; all else begins as zero. */
struct complaints {
	struct arena *mem;
	struct complaint *list;
	size_t n, room;
};

/* Adds a complaint.  `key` is without "setup."; then come pairs of a parameter's name and value,
 * ended by NULL.  `path` and the values are copied. */
void complain(struct complaints *c, const char *path, const char *key, ...) __attribute__((sentinel));

/* Writes the text of a complaint, without its path, as issue_write does. */
void complaint_write(struct buf *out, const struct complaint *one, issue_lookup *find, void *ctx);

/* Writes all complaints in English, one line each: `PATH: text`. */
void complaints_write(struct buf *out, const struct complaints *c);

#endif
