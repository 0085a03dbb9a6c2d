/* The rules: folders of SQL files that are run in the order of their names,
 * whichever folder they are in.
 *
 * A file's first line says the rule in English.  A line `-- columns: a b`
 * leaves it out where the upload has none of these columns; `phone.*` is all
 * columns of that resource. */
#ifndef USERS_RULES_H
#define USERS_RULES_H

#include "base/err.h"
#include "job/worker.h"

/* Runs the files of the folders ("import/check"; NULL ends the list) on t->work
 * and writes progress under `phase` (NULL: none).  Returns 0 or -1 (place = the file). */
int rules_run(struct task *t, const char *const *folders, const char *phase, struct err *e);

#endif
