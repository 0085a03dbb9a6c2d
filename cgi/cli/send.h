/* Sending a file from the command line: what import and update share. */
#ifndef CLI_SEND_H
#define CLI_SEND_H

#include "base/conf.h"

/* `rollcall KIND [--tenant T] [--dry-run] [--json] FILE`: stores the file as a job of
 * that kind as the pages do, waits for a worker to end it, prints its report.
 * Interrupted, it cancels the job.  Returns the exit status. */
int send_file(const struct conf *conf, const char *kind, int argc, char **argv);

#endif
