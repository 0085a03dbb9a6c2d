/* Counts of requests, shared by all web processes of a machine in a file that they map into
 * memory.
 *
 * Counting needs no lock and no system call.  The counts outlive a process that dies.  They
 * begin at zero when the machine starts, as Prometheus expects of counters. */
#ifndef BASE_COUNTER_H
#define BASE_COUNTER_H

#include <stdint.h>

#include "base/buf.h"

/* Maps the file; creates it if it is missing.  Returns 0, or -1 with errno: counting then
 * does nothing. */
int counter_open(const char *path);

/* Counts an answered request: its method, the pattern of its route, its status, and the
 * milliseconds that it took. */
void counter_request(const char *method, const char *route, int status, int64_t ms);

/* Adds one to the plain counter `name` ("reconnects"). */
void counter_add(const char *name);

/* Adds all counts to `out` in the text format of Prometheus; nothing if no file is mapped. */
void counter_write(struct buf *out);

#endif
