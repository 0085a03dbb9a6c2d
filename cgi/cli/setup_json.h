/* The form of a setup file: everything that can be wrong in it before the
 * database is asked. */
#ifndef CLI_SETUP_JSON_H
#define CLI_SETUP_JSON_H

#include <stddef.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/conf.h"

/* Complaints about a file: one line each, `PATH: what is wrong`, such as
 * `tenants[0].contexts[2].ranges[0].start: ...`; never a password. */
struct complaints {
	struct buf lines;	/* buf_free ends it */
	size_t n;
};

void complain(struct complaints *c, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds everything that is wrong in the document, in its order: unknown and
 * missing keys, types, values, names that stand twice.  The document is not
 * changed. */
void setup_json_check(const json_t *doc, const struct conf *conf, struct complaints *c);

#endif
