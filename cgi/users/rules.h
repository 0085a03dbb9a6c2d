/* The rules: folders of SQL files that are run in the order of their names.
 *
 * A file's first line says the rule in English.  A line `-- columns: a b`
 * leaves it out where the upload has none of these columns. */
#ifndef USERS_RULES_H
#define USERS_RULES_H

#include "base/err.h"
#include "job/worker.h"

/* Runs the files of `folder` ("import/check") on t->work and writes progress
 * under `phase`. Returns 0 or -1 (place = the file). */
int rules_run(struct task *t, const char *folder, const char *phase, struct err *e);

#endif
