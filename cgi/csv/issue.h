/* A warning or an error about a file: data, not a failure of the program.
 *
 * An issue is its text's key and named parameters; the English text is in
 * csv/issues.def, other languages in templates/i18n.  See spec of the codes in
 * docs/issues.md (generated from issues.def). */
#ifndef CSV_ISSUE_H
#define CSV_ISSUE_H

#include <stddef.h>

#include "base/buf.h"

enum issue_level { ISSUE_WARNING, ISSUE_ERROR };

struct issue_param {
	const char *name;
	const char *value;	/* NULL: absent, its [optional part] is not shown */
};

#define ISSUE_PARAMS_MAX 8

struct issue {
	enum issue_level level;
	const char *key;	/* "missing", "file.utf8": what stands before the dot is the code */
	long row;		/* record number from 1; 0: the file as a whole */
	long line;		/* physical line from 1; 0: none */
	const char *column;	/* NULL: the row as a whole */
	const char *value;	/* NULL: none, or of a secret column: never shown */
	struct issue_param params[ISSUE_PARAMS_MAX];	/* beside column and value; name NULL ends them */
};

/* The English template of a key, NULL where there is none. */
const char *issue_text(const char *key);

/* The level of a key's issues. */
enum issue_level issue_level_of(const char *key);

/* All keys, for docs and drift tests: issue_key(i) is NULL past the end. */
const char *issue_key(size_t i);

/* Looks a text up by its key; `ctx` is the caller's.  NULL: none. */
typedef const char *issue_lookup(void *ctx, const char *key);

/* Writes `tmpl` with `{name}` replaced by the parameter, and `[...]` left out
 * where a parameter named in it is absent.  A parameter named expected, hint,
 * why or what holds a text key and is looked up with `find` (NULL: English). */
void issue_format(struct buf *out, const char *tmpl,
    const struct issue_param *params, size_t n, issue_lookup *find, void *ctx);

#endif
