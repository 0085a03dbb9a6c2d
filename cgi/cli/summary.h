/* How a job ended, as text for people. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "auth/principal.h"
#include "base/err.h"
#include "db/db.h"
#include "job/queue.h"

/* Prints it on standard output: a sentence; of a job that was checked its plan as a
 * table and a line for each cell that would change; then a line for each error and
 * each warning. */
int summary_print(struct db *db, const struct principal *who, const struct job *job, struct err *e);

#endif
