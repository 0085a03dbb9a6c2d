/* A warning or an error about a file.  It is data, not a failure of the program.
 *
 * An issue has the key of its text and named parameters.  The English texts are in
 * csv/issues.def, other languages in templates/i18n.  docs/issues.md, which is generated from
 * issues.def, lists all codes. */
#ifndef CSV_ISSUE_H
#define CSV_ISSUE_H

#include <stddef.h>

#include "base/arena.h"
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
	long sheet_row;		/* of a row: what a spreadsheet calls it; texts show it */
	long line;		/* physical line from 1; 0: none */
	const char *column;	/* NULL: the row as a whole */
	const char *source;	/* in reports: the file's own name of a mapped column; else NULL */
	const char *value;	/* cut (issue_cut); NULL: none, or a secret, which is never shown */
	const char *user;	/* in reports: name of the row's user; NULL: unknown, or hidden from the reader */
	struct issue_param params[ISSUE_PARAMS_MAX];	/* besides column and value; a NULL name ends them */
};

/* The English of an issue's key, or of a text key ("hint.boolean"); NULL if
 * there is none. */
const char *issue_text(const char *key);

/* The level of a key's issues; ISSUE_ERROR for an unknown key. */
enum issue_level issue_level_of(const char *key);

/* The i-th key of the ISSUE lines, and of the TEXT lines; NULL past the end.  For docs and
 * tests. */
const char *issue_key(size_t i);
const char *issue_text_key(size_t i);

/* Looks a text up by its key; `ctx` is the caller's.  NULL: none. */
typedef const char *issue_lookup(void *ctx, const char *key);

/* Writes `tmpl` with each `{name}` replaced by the parameter.  A part in `[...]` is left out if
 * a parameter named in it is absent; of `[a|b]` b stands there then.  If a name appears twice
 * among the n params, the first counts.  A parameter named expected, hint, why or what holds the
 * key of a text, which is looked up with `find` (NULL: English); one named resource is looked up
 * as "resource.VALUE".  A key without a text is written itself; a text may name parameters too. */
void issue_format(struct buf *out, const char *tmpl,
    const struct issue_param *params, size_t n, issue_lookup *find, void *ctx);

/* Writes the text of an issue.  Its parameters are its own, then column, value, row (of the
 * spreadsheet) and line. */
void issue_write(struct buf *out, const struct issue *i, issue_lookup *find, void *ctx);

/* The most characters of a value that are shown. */
#define ISSUE_VALUE_MAX 200

/* `s` itself, or if it is longer than ISSUE_VALUE_MAX characters, its beginning and an ellipsis
 * in `mem`. */
const char *issue_cut(struct arena *mem, const char *s);

#endif
