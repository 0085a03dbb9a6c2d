/* The options of a job, which are sent together with its file.  Pages, API and command line read
 * them by the same table, options.def. */
#ifndef USERS_OPTIONS_H
#define USERS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "csv/mapping.h"
#include "csv/reader.h"
#include "http/form.h"

enum option_type { OPTION_CHOICE, OPTION_FLAG, OPTION_NUMBER, OPTION_TEXT, OPTION_LIST };

struct job_option {
	const char *name;
	bool of_import, of_update;
	enum option_type type;
	const char *values;	/* see options.def */
};

#define OPTIONS_MAX 64
extern const struct job_option job_options[];
extern const size_t job_options_n;

/* Whether jobs of that kind ("import", "update") have the option. */
bool option_is_of(const struct job_option *o, const char *kind);

/* Whether it belongs to the options of a synchronization: those for a file that lists all users
 * (match and those after it in options.def). */
bool option_syncs(const struct job_option *o);

/* The n-th word (from 0) of a choice, in `mem`; NULL past the last. */
const char *option_choice(const struct job_option *o, size_t n, struct arena *mem);

/* Reads the options of a job of that kind from the pairs of a form; other names are ignored.
 * Returns a JSON object in `mem` with each option that is not at its default: a text, or for a
 * LIST an array of texts.  The same options always give the same JSON.  NULL with ERR_INVALID,
 * whose place is the option's name. */
const char *options_read(const char *kind, const struct form *said, struct arena *mem, struct err *e);

/* The text of an option in such a JSON object, in `mem`; NULL if it is not set. */
const char *options_get(const char *options, const char *name, struct arena *mem);

/* Reads the mapping (map, split and set) of a job's options.  Returns 0, or -1 with ERR_INVALID,
 * whose place is the option's name. */
int options_mapping(const char *options, struct arena *mem, struct mapping *out, struct err *e);

/* How an update finds its users. */
struct reader_key options_key(const char *options, struct arena *mem);

/* Whether the rows of an update name all their users by uuid. */
bool options_uuids(const char *options, struct arena *mem);

/* Whether users whom the file does not name are changed (absent). */
bool options_absent(const char *options);

/* The rights that options need beyond that of sending such a file. */
unsigned options_rights(const char *options, struct arena *mem);

/* Whether the options have a mapping: map, split or set. */
bool options_has_mapping(const char *options, struct arena *mem);

/* The items of a LIST; *out lives in `mem`.  Returns their number. */
size_t options_list(const char *options, const char *name, struct arena *mem, const char *const **out);

#endif
