/* Requests, counted by all web processes of a machine together: a file that they map.
 *
 * Counting needs no lock and no system call.  A process that dies takes nothing with it;
 * the file goes with the machine's start, as Prometheus expects of counters. */
#ifndef BASE_COUNTER_H
#define BASE_COUNTER_H

#include <stdint.h>

#include "base/buf.h"

/* Maps the file, made where it is missing.  Where that fails, counting does nothing:
 * returns -1 with errno. */
int counter_open(const char *path);

/* A request that was answered: its method, the pattern of its route, its status, and how
 * long it took. */
void counter_request(const char *method, const char *route, int status, int64_t ms);

/* One more of what `name` counts ("reconnects"). */
void counter_add(const char *name);

/* Adds all of it as Prometheus reads it; nothing where there is no file. */
void counter_write(struct buf *out);

#endif
