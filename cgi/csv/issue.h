/* A warning or an error about a file: data, not a failure of the program.
 *
 * An issue is its text's key and named parameters; the English text is in
 * csv/issues.def, other languages in templates/i18n.  See spec of the codes in
 * docs/issues.md (generated from issues.def). */
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
	const char *source;	/* of reports: what the file calls it, where its mapping says so; else NULL */
	const char *value;	/* cut (issue_cut); NULL: none, or of a secret column: never shown */
	const char *user;	/* name of the row's user, in reports; NULL: not known, or not to who asks */
	struct issue_param params[ISSUE_PARAMS_MAX];	/* beside column and value; name NULL ends them */
};

/* The English of an issue's key, or of a text key ("hint.boolean"); NULL if
 * there is none. */
const char *issue_text(const char *key);

/* The level of a key's issues; ISSUE_ERROR for an unknown key. */
enum issue_level issue_level_of(const char *key);

/* All keys, for docs and drift tests: NULL past the end.  The first are those
 * of ISSUE lines, the second those of TEXT lines. */
const char *issue_key(size_t i);
const char *issue_text_key(size_t i);

/* Looks a text up by its key; `ctx` is the caller's.  NULL: none. */
typedef const char *issue_lookup(void *ctx, const char *key);

/* Writes `tmpl` with `{name}` replaced by the parameter, and `[...]` left out
 * where a parameter named in it is absent.  The first parameter of a name
 * counts.  One named expected, hint, why or what holds a text key and is looked
 * up with `find` (NULL: English); one named resource is looked up as
 * "resource.VALUE".  A key without text stands for itself; a text may name
 * parameters too. */
void issue_format(struct buf *out, const char *tmpl,
    const struct issue_param *params, size_t n, issue_lookup *find, void *ctx);

/* Writes the whole text of an issue: its own parameters, then column, value,
 * row (that of the spreadsheet) and line. */
void issue_write(struct buf *out, const struct issue *i, issue_lookup *find, void *ctx);

/* Characters of a value that are shown. */
#define ISSUE_VALUE_MAX 200

/* `s`, or where it is longer than ISSUE_VALUE_MAX characters its beginning and
 * an ellipsis, in `mem`. */
const char *issue_cut(struct arena *mem, const char *s);

#endif
