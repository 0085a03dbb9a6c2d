/* The program's own log (standard error) and the import log (the file of the
 * settings).  One line an event; control characters and the line separators of
 * Unicode are escaped, so that a cell cannot forge a line.  Where standard error is
 * the journal's, its entries have a priority and fields (ROLLCALL_JOB, ...).
 * No secret is ever passed here. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/journal.h"

struct err;

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Names the process in every line ("web", "worker", ...) and chooses the
 * form, text or one JSON object a line, and the least urgent level that is written. */
void log_setup(const char *process, bool json, enum log_level level);

void log_line(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The error with its place and hint, behind `what`. */
void log_err(const char *what, const struct err *e);

/* What the process works on (job, tenant, attempt, request): fields of all that it
 * says until the next call.  `fields` must live so long; n = 0 ends it. */
void log_context(const struct log_field *fields, size_t n);

/* Opens the import log for log_event: a file to append to, or the journal where
 * `path` is "journal".  -1 with errno.  log_close ends it; -1 is nothing to do. */
int log_open(const char *path);
void log_close(int fd);

/* Adds ` name=value` of each field, as log_event writes them as text. */
struct buf;
void log_pairs(struct buf *out, const struct log_field *fields, size_t n);

/* One line of `event` and its fields to what log_open opened (one write(2), so lines
 * of two workers do not mix).  Returns 0, or -1 with errno set. */
int log_event(int fd, const char *event, const struct log_field *fields, size_t n);

#endif
