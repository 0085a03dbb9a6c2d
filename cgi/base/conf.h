/* The settings.  base/settings.def lists them; conf_load reads them.
 *
 * A later source overrides an earlier one: the default, the file (`--config FILE`, else
 * ROLLCALL_CONFIG, else /etc/rollcall/rollcall.conf if it exists), the environment
 * (ROLLCALL_NAME).  An unknown name or a bad value is an error that names the line;
 * nothing is guessed. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

struct conf {
#define SETTING_TEXT(name, deflt, help) char *name;
#define SETTING_URL(name, deflt, help) char *name;
#define SETTING_INT(name, deflt, lo, hi, help) long name;
#define SETTING_BOOL(name, deflt, help) bool name;
#define SETTING_WORD(name, deflt, words, help) long name;	/* which of the words, from 0 */
#include "base/settings.def"
#undef SETTING_TEXT
#undef SETTING_URL
#undef SETTING_INT
#undef SETTING_BOOL
#undef SETTING_WORD
};

/* Fills `c` from defaults, file and environment.  `path` is the value of
 * --config or NULL.  Returns 0, or -1 with `e` (place = "FILE:LINE" or the
 * variable's name).  conf_free ends it. */
int conf_load(struct conf *c, const char *path, struct err *e);
void conf_free(struct conf *c);

/* Prints for each setting a line `# help` and a line `name = value  # source`, for
 * `rollcall config`.  conf_load can read the output. */
void conf_print(FILE *out);

#endif
